//! The server that the tests use.

use crate::support::server::TemporalServer;

/// What was stored is there after a SIGKILL of the server, at the same address.
#[test]
fn the_server_keeps_its_state_when_it_is_killed() {
    let Some(mut server) = TemporalServer::start() else { return };
    let start = ["workflow", "start", "--type", "Any", "--task-queue", "any", "--workflow-id", "kept"];
    let started = server.cli_json(&start);
    let address = server.address();
    server.kill();
    assert!(!server.run_cli(&["operator", "namespace", "describe", "default"]).status.success());
    server.start_again();
    assert_eq!(server.address(), address);
    let described = server.cli_json(&["workflow", "describe", "--workflow-id", "kept"]);
    let run = &described["workflowExecutionInfo"]["execution"]["runId"];
    assert_eq!(run, &started["runId"]);
    assert!(String::from_utf8_lossy(&server.stored_bytes()).contains("kept"));
}
