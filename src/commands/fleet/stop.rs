//! Somebody wants the run to end: Ctrl-C, or the `SIGTERM` of whoever runs it as a job.

use std::io;

/// Ends when the program is told to stop.
pub(super) async fn told_to() -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            told = tokio::signal::ctrl_c() => told,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
