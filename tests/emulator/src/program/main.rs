//! The emulator as a program: starts it, reports when it is ready, logs each request, stops at Ctrl-C and SIGTERM.

mod arguments;
mod ready;

use std::io::{self, Write as _};
use std::process::ExitCode;

use atlas_emulator::RecordedRequest;
use clap::Parser as _;

use self::arguments::Arguments;
use self::ready::{Ready, ReadyFile};

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), String> {
    let (json, path) = (arguments.json, arguments.ready_file.clone());
    let ready_file = path.map(ReadyFile::new).transpose()?;
    // Before the start: a program that has read that the emulator is ready can stop it.
    let stopped = stopped().map_err(|error| format!("cannot handle signals: {error}"))?;
    let emulator = arguments.start(log).await?;
    let ready = Ready::of(&emulator);
    if let Some(file) = &ready_file {
        file.write(&ready)?;
    }
    let text = if json { ready.json() } else { ready.shell() };
    // A closed pipe, such as that of `head`, does not stop the emulator; the same holds for the log.
    let _ = io::stdout().write_all(text.as_bytes());
    stopped.await;
    drop(ready_file);
    emulator.shutdown().await;
    Ok(())
}

/// Waits for a signal to stop. The signals are handled from the call on.
#[cfg(unix)]
fn stopped() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Waits for Ctrl-C, which is handled from the call on.
#[cfg(windows)]
fn stopped() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}

/// Writes one line per request. The path contains no secret; the query may contain anything and is omitted.
fn log(request: &RecordedRequest) {
    let path = request.target.split('?').next().unwrap_or_default();
    let RecordedRequest { at, method, credential, status, .. } = request;
    let operation = request.operation.unwrap_or("-");
    let at = at.as_secs_f64();
    let fault = request.fault.map(|fault| format!("  fault {fault}")).unwrap_or_default();
    let _ =
        writeln!(io::stderr(), "{at:10.3} {method:6} {status:3} {credential:6} {operation} {path}{fault}");
}
