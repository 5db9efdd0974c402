//! What each operation does, and how its outcome becomes a reply.

mod available_projects;
mod body;
mod link_tokens;
mod migrations;
mod organizations;
mod validations;

use atlas_migration_sdk::{Date, Operation, Version};
use hyper::StatusCode;
use serde_json::{Value, json};

use crate::parameters::Parameters;
use crate::reply::{Refusal, Reply, print};
use crate::request::Request;
use crate::world::World;
use crate::{unknown, version};

/// A request that was admitted, with its parameters read.
pub(crate) struct Call<'r> {
    pub(crate) request: &'r Request,
    pub(crate) operation: &'static Operation,
    pub(crate) version: &'static Version,
    pub(crate) parameters: Parameters,
}

/// What an operation answers when it succeeds.
enum Content {
    Empty,
    One(Value),
    List(Vec<Value>),
    /// An object with `results`.
    Page(Value),
}

type Behaviour = fn(&mut World, &Call<'_>) -> Result<Content, Refusal>;

/// The behaviour of each operation, by its published id.
const BEHAVIOURS: [(&str, Behaviour); 9] = [
    ("listOrgs", organizations::list),
    ("createOrgLiveMigrationLinkToken", link_tokens::create),
    ("deleteOrgLiveMigrationLinkTokens", link_tokens::delete),
    ("listOrgLiveMigrationAvailableProjects", available_projects::list),
    ("validateGroupLiveMigrations", validations::start),
    ("getGroupLiveMigrationValidateStatus", validations::get),
    ("createGroupLiveMigration", migrations::start),
    ("getGroupLiveMigration", migrations::get),
    ("cutoverGroupLiveMigration", migrations::cut_over),
];

impl Call<'_> {
    /// Does what the operation does. One that the table has and this file does not is answered with 501.
    pub(crate) fn perform(&self, world: &mut World) -> Result<Reply, Refusal> {
        let behaviour = BEHAVIOURS.iter().find(|(id, _)| *id == self.operation.id);
        let Some((_, behaviour)) = behaviour else {
            return Err(unknown::not_emulated(self.operation).into());
        };
        behaviour(world, self).map(|content| self.success(content))
    }

    /// The id of this name in the path.
    fn id(&self, name: &str) -> &str {
        // The table gives every operation the ids of its path, and they have been read by now.
        self.parameters.text(name).unwrap_or_default()
    }

    /// The version of the request's body.
    fn body_version(&self, world: &World) -> Result<Date, Refusal> {
        let content_type = self.request.header(hyper::header::CONTENT_TYPE);
        let versions = self.operation.request_versions;
        let version = version::of_body(versions, content_type, self.version.date, world.clock.today())?;
        Ok(version.date)
    }

    fn success(&self, content: Content) -> Reply {
        let status = self.operation.success.last().and_then(|code| StatusCode::from_u16(*code).ok());
        let status = status.unwrap_or(StatusCode::OK);
        let body = self.body(status, content).map(|body| print(&body, self.parameters.boolean("pretty")));
        // The server names the content type even where there is no content.
        let content_type = format!("{};charset=utf-8", self.version.media_type);
        Reply::with_body(status, &content_type, body.unwrap_or_default())
    }

    fn body(&self, status: StatusCode, content: Content) -> Option<Value> {
        let enveloped = self.parameters.boolean("envelope");
        match content {
            Content::Empty => None,
            Content::One(value) if enveloped => Some(json!({"content": value, "status": status.as_u16()})),
            Content::List(items) if enveloped => Some(unknown::enveloped_list(status, items)),
            Content::Page(Value::Object(mut page)) if enveloped => {
                page.insert("status".to_owned(), json!(status.as_u16()));
                Some(Value::Object(page))
            }
            Content::One(value) | Content::Page(value) => Some(value),
            Content::List(items) => Some(Value::Array(items)),
        }
    }
}

/// The value as a JSON tree.
fn value(of: &impl serde::Serialize) -> Value {
    // Only structs with string keys come here, and for them it cannot fail.
    serde_json::to_value(of).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_no_behaviour_for_an_operation_that_is_gone() {
        for (id, _) in BEHAVIOURS {
            assert!(atlas_migration_sdk::operations::ALL.iter().any(|operation| operation.id == id), "{id}");
        }
    }
}
