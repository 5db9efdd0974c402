//! The last part of the examples `migrate` and `resume`.

use atlas_migration_sdk::{MigrationJob, Readiness};

/// Waits until the migration can be cut over, and cuts over after a person has typed yes.
///
/// The end of the input is no confirmation, because a scheduler or a pipe may have closed it.
pub(crate) async fn finish(migration: &MigrationJob) -> Result<(), Box<dyn std::error::Error>> {
    let readiness = migration.wait_until_ready(|progress| println!("{progress}")).await?;
    if let Readiness::AlreadyComplete(_) = readiness {
        println!("another process has cut over: the migration is complete");
        return Ok(());
    }
    println!("Stop the writes to the source, then type yes to cut over.");
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    if answer.trim() != "yes" {
        let id = migration.id();
        return Err(format!("not cut over; continue with `resume {id}` before the migration expires").into());
    }
    migration.cut_over().await?.wait().await?;
    println!("complete: point the applications at Atlas");
    Ok(())
}
