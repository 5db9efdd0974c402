//! `validate`: the job in Atlas that checks a plan.

use atlas_migration_sdk::ProjectId;
use atlas_migration_sdk::model::Validation;
use clap::Args;

use super::plan::{PasswordSource, PlanFile};
use super::unlinked;
use super::wait::WaitOptions;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::progress::{Waiting, WatchLine};
use crate::output::{Format, json_line, table};

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    #[command(flatten)]
    plan: PlanFile,
    /// The Atlas project of the destination [default: the configured one].
    #[arg(long, alias = "projectId", alias = "groupId", value_name = "ID")]
    project_id: Option<ProjectId>,
    /// Wait for the result. The exit status is 9 if the validation fails.
    #[arg(long)]
    watch: bool,
    /// Print the request instead of sending it, with secrets redacted.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    password: PasswordSource,
    #[command(flatten)]
    waiting: WaitOptions,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let plan = self.plan.read()?;
        let (client, project) = context.settings.project(self.project_id)?;
        if self.dry_run {
            let plan = PasswordSource::complete_for_preview(plan);
            return context.output.show_preview(&project.validate(&plan).preview()?);
        }
        let plan = self.password.complete(plan, context)?;
        let job = match project.validate(&plan).await {
            Ok(job) => job.polling(self.waiting.polling()),
            Err(error) => return Err(unlinked::failure_to_start(error, &client, project.id()).await),
        };
        let validation = if self.watch {
            let unfinished = format!("The validation {} continues at Atlas. It changes nothing", job.id());
            context.set_unfinished(Some(unfinished.clone()));
            let mut waiting = Waiting::new(context.output.format, format!("validation {}", job.id()));
            waiting.message("waiting for the result");
            let result = self.waiting.limit(&unfinished, async { Ok(job.wait().await?) }).await;
            context.set_unfinished(None);
            drop(waiting);
            let validation = result?;
            if context.output.format == Format::Json {
                return json_line(&WatchLine::Result(validation));
            }
            validation
        } else {
            job.get().await?
        };
        context.output.show(&validation, for_people)
    }
}

fn for_people(validation: &Validation) -> String {
    let text = |id: Option<String>| id.unwrap_or_else(|| "unknown".to_owned());
    table(
        &["VALIDATION", "STATUS", "MESSAGE"],
        [[
            text(validation.id.map(|id| id.to_string())),
            text(validation.status.as_ref().map(|status| status.as_str().to_owned())),
            validation.error_message.clone().unwrap_or_default(),
        ]],
        "",
    )
}
