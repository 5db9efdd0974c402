//! The connection to Temporal, by its own environment variables and configuration file.

pub(crate) mod names;

use temporalio_client::envconfig::LoadClientConfigProfileOptions;
use temporalio_client::{Client, ClientOptions, Connection};

/// Connects.
pub(crate) async fn connect() -> Result<Client, Box<dyn std::error::Error>> {
    let (connection, client) = ClientOptions::load_from_config(LoadClientConfigProfileOptions::default())?;
    let connection = Connection::connect(connection).await?;
    Ok(Client::new(connection, client)?)
}
