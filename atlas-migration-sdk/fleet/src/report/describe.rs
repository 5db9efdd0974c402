//! An event as a sentence, for reports. As the command line writes it.

use atlas_migration_sdk::flow::EventKind;

/// Whether the event is a state that was read. A journal has many of them.
pub(crate) fn is_observation(kind: &EventKind) -> bool {
    matches!(
        kind,
        EventKind::SourceObserved { .. }
            | EventKind::ValidationObserved { .. }
            | EventKind::MigrationObserved { .. }
    )
}

/// The event as a sentence.
pub(crate) fn describe(kind: &EventKind) -> String {
    match kind {
        EventKind::Started(started) => format!(
            "Started the migration from {} to {}.",
            started.plan.source().cluster(),
            started.plan.destination().cluster()
        ),
        EventKind::Intended { step, .. } => format!("Step: {step}."),
        EventKind::Rejected { step, failure, .. } => {
            format!("Could not {step}, and nothing was changed: {failure}")
        }
        EventKind::OutcomeUnknown { step, failure, .. } => {
            format!("It is not known whether this took effect: {step}. {failure}")
        }
        EventKind::Linked { .. } => "Linked the source with a new link-token.".to_owned(),
        EventKind::ValidationStarted { validation, .. } => format!("Started the validation {validation}."),
        EventKind::MigrationCreated { migration, .. } => format!("Created the migration {migration}."),
        EventKind::CutoverAccepted { .. } => "Atlas accepted the cutover.".to_owned(),
        EventKind::SourceObserved { link, project_available, .. } => format!(
            "The link of the source is {}. Atlas {} the source project.",
            link.as_deref().unwrap_or("not read"),
            if *project_available { "lists" } else { "does not list" }
        ),
        EventKind::ValidationObserved { status, message, .. } => {
            let status = status.as_ref().map_or("unknown", |status| status.as_str());
            let message = message.as_ref().map_or_else(String::new, |message| format!(": {message}"));
            format!("The validation is {status}{message}.")
        }
        EventKind::ValidationMissing { validation, .. } => {
            format!("Atlas does not find the validation {validation}.")
        }
        EventKind::MigrationObserved { status, lag_seconds, ready, .. } => {
            let status = status.as_ref().map_or("unknown", |status| status.as_str());
            let lag = lag_seconds.map_or_else(String::new, |lag| format!(", with a lag of {lag} s"));
            let ready = if *ready { ", ready for the cutover" } else { "" };
            format!("The migration is {status}{lag}{ready}.")
        }
        EventKind::MigrationMissing { migration, .. } => {
            format!("Atlas does not find the migration {migration}.")
        }
        EventKind::Verified { .. } => "The verification of the copied data succeeded.".to_owned(),
        EventKind::VerificationFailed { message, .. } => {
            format!("The verification of the copied data failed: {message}")
        }
        EventKind::Approved { action, .. } => format!("Approved: {action}."),
        EventKind::ApprovalExpired { action, .. } => format!("The approval expired: {action}."),
        EventKind::MigrationFound { migration, .. } => format!("Found the migration {migration}."),
        EventKind::MigrationNotCreated { .. } => "Stated that no migration was created.".to_owned(),
        EventKind::Retried { .. } => "Allowed another attempt.".to_owned(),
        EventKind::Concluded { completed: true, reason, .. } => {
            format!("Stated that the migration is complete: {reason}.")
        }
        EventKind::Concluded { completed: false, reason, .. } => {
            format!("Stated that the migration failed: {reason}.")
        }
        EventKind::Held { reason, .. } => format!("Put on hold: {reason}"),
        EventKind::Released { .. } => "Continued after a hold.".to_owned(),
        EventKind::Abandoned { reason, .. } => format!("Abandoned: {reason}"),
        kind => kind.name().to_owned(),
    }
}
