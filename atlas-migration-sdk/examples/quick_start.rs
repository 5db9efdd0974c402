//! The program of the README: links, validates, migrates, prompts, and cuts over, with the plan in `plan.json`.

use atlas_migration_sdk::{Client, MigrationPlan, Readiness, SourceManager};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Atlas, and the organization in Cloud Manager that has the source: credentials and ids from the environment.
    let client = Client::from_env()?;
    let (org, project) = (client.org_from_env()?, client.project_from_env()?);
    let source = SourceManager::from_env()?.org_from_env()?;

    // Before anything is sent: the plan, and the password of the source's user from the environment.
    let plan = std::fs::read_to_string("plan.json").map_err(|error| format!("plan.json: {error}"))?;
    let plan = MigrationPlan::from_json(&plan)?.source_password_from_env()?;

    // Link the source organization to the Atlas organization. The address is the one from which the source uses the token.
    let token = org.create_link_token(["203.0.113.7".parse()?]).await?;
    source.link(&token).await?;

    // Validate, migrate, and wait until the destination has caught up.
    project.validate(&plan).await?.wait().await?;
    let migration = project.migrate(&plan).await?;
    println!("migration {}: another process can continue with this id", migration.id());
    if let Readiness::AlreadyComplete(_) =
        migration.wait_until_ready(|progress| println!("{progress}")).await?
    {
        return Ok(()); // cut over by another process
    }

    // Cut over within 120 hours, after writes to the source have stopped.
    println!("Stop the writes to the source, then type yes to cut over.");
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    if answer.trim() != "yes" {
        return Err("not cut over: the migration expires 120 hours after it was ready".into());
    }
    migration.cut_over().await?.wait().await?;
    println!("complete: point the applications at Atlas");
    Ok(())
}
