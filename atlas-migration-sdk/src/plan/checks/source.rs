//! Whether the plan fits the source deployment: TLS, authentication, sharding, and the oplog.

use std::time::Duration;

use super::names::quoted;
use super::{CheckOptions, Findings, Rule};
use crate::generated::models::AvailableDeployment;
use crate::plan::rate::MEGABYTE;
use crate::plan::{Authentication, MigrationPlan, Tls};

pub(super) fn check(
    plan: &MigrationPlan,
    deployment: &AvailableDeployment,
    options: &CheckOptions,
    findings: &mut Findings,
) {
    tls(plan, deployment, findings);
    authentication(plan, deployment, findings);
    sharding(plan, deployment, findings);
    let has_oplog = deployment.oplog_size_mb.is_some_and(|size| size > 0);
    if !deployment.sharded && !has_oplog {
        findings.add(
            Rule::MaybeStandalone,
            Some("source.cluster"),
            format!(
                "Atlas lists no oplog for {}. That is so for a standalone, which cannot be migrated; the list does not \
                 distinguish standalones from replica sets in another way.",
                quoted(&deployment.name)
            ),
            "If it is a standalone, convert it to a replica set first.",
        );
    }
    oplog(deployment, options, findings);
}

fn tls(plan: &MigrationPlan, deployment: &AvailableDeployment, findings: &mut Findings) {
    let name = quoted(&deployment.name);
    match (&plan.source.tls, deployment.tls_enabled) {
        (Tls::On | Tls::WithAuthority(_), false) => findings.add(
            Rule::TlsNotEnabled,
            Some("source.tls"),
            format!("The plan connects to the source with TLS, which {name} does not accept."),
            "Enable TLS on the source, or set `tls` to false in the plan: the data then crosses the network in the \
             clear.",
        ),
        (Tls::Off, true) => findings.add(
            Rule::TlsNotUsed,
            Some("source.tls"),
            format!("The plan connects to the source without TLS, although {name} accepts it."),
            "Remove `tls` from the plan. Without TLS, the data crosses the network in the clear, and a source that \
             requires TLS refuses the connection.",
        ),
        (Tls::On | Tls::WithAuthority(_), true) | (Tls::Off, false) => {}
    }
}

fn authentication(plan: &MigrationPlan, deployment: &AvailableDeployment, findings: &mut Findings) {
    let name = quoted(&deployment.name);
    match (&plan.source.authentication, deployment.managed) {
        (Authentication::Managed, false) => findings.add(
            Rule::AuthenticationNotManaged,
            Some("source.username"),
            format!("The plan has managed authentication, but automation does not manage {name}."),
            "Set `username` to a user of the source who authenticates with SCRAM.",
        ),
        (Authentication::User { .. }, true) => findings.add(
            Rule::AuthenticationManaged,
            Some("source.username"),
            format!("The plan has a user, although automation manages {name}."),
            "Remove `username` from the plan if automation also manages the users. Otherwise, the user must \
             authenticate with SCRAM.",
        ),
        (Authentication::Managed, true) | (Authentication::User { .. }, false) => {}
    }
}

fn sharding(plan: &MigrationPlan, deployment: &AvailableDeployment, findings: &mut Findings) {
    if plan.sharded.is_empty() {
        if plan.create_supporting_indexes {
            findings.add(
                Rule::ShardingWithoutKeys,
                Some("sharding.collections"),
                "The plan creates indexes for shard keys, but has no shard keys.",
                "Add the collections to shard, or remove `sharding`.",
            );
        }
    } else if deployment.sharded {
        findings.add(
            Rule::ShardKeysOnShardedSource,
            Some("sharding"),
            format!(
                "The plan has shard keys, but {} is a sharded cluster already. They are meant for a replica set that \
                 moves to a sharded cluster.",
                quoted(&deployment.name)
            ),
            "Remove `sharding`, unless the validation in Atlas accepts it.",
        );
    }
}

fn oplog(deployment: &AvailableDeployment, options: &CheckOptions, findings: &mut Findings) {
    let positive = |number: i64| u64::try_from(number).ok().filter(|number| *number > 0);
    let size = deployment.db_size_bytes.and_then(positive);
    let oplog = deployment.oplog_size_mb.map(i64::from).and_then(positive);
    let (Some(size), Some(oplog)) = (size, oplog) else {
        let lacks = match (size, oplog) {
            (None, None) => "neither the size of the data nor that of the oplog",
            (None, _) => "no size of the data",
            _ => "no size of the oplog",
        };
        findings.add(
            Rule::OplogNotChecked,
            Some("source.cluster"),
            format!(
                "Atlas lists {lacks}, so that it was not checked whether the oplog outlasts the initial copy."
            ),
            "Check that the oplog covers more time than the copy takes. If it does not, the migration fails.",
        );
        return;
    };
    let copy = options.copy_rate.duration_of(size);
    let window = options.oplog_rate.duration_of(oplog.saturating_mul(MEGABYTE as u64));
    if copy < window {
        return;
    }
    findings.add(
        Rule::OplogTooShort,
        Some("source.cluster"),
        format!(
            "The initial copy of {:.1} GB takes about {} at {}, and the oplog of {oplog} MB covers about {} at {} of \
             changes. Both rates are assumptions. The migration fails if the oplog does not outlast the copy.",
            size as f64 / 1000.0 / MEGABYTE,
            rounded(copy),
            options.copy_rate,
            rounded(window),
            options.oplog_rate
        ),
        "Enlarge the oplog of the source, or check again with the rates that you measured.",
    );
}

/// A duration for people, in the largest unit of which it has at least two.
fn rounded(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        7200..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_rounded() {
        for (seconds, expected) in [
            (0, "0 s"),
            (119, "119 s"),
            (120, "2 min"),
            (7199, "119 min"),
            (7200, "2 h"),
            (172_800, "2 days"),
        ] {
            assert_eq!(rounded(Duration::from_secs(seconds)), expected);
        }
        assert_eq!(rounded(Duration::MAX), "213503982334601 days");
    }
}
