//! Connections: taking them, bounding them, and ending them.

use crate::application::{App, Application};
use crate::routes::routes;
use crate::settings::ServeSettings;
use crate::snapshot::snapshot;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use thiserror::Error;
use tokio::sync::Semaphore;

/// Connections at once; more of them wait.
const CONNECTIONS_MAX: usize = 1024;

/// How long a client may take to send the head of a request, and to begin the next one.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// The largest head of a request, bytes.
const HEAD_BYTES_MAX: usize = 64 << 10;

/// How long open answers may take once the server is to end.
const FAREWELL: Duration = Duration::from_secs(3);

/// How long work that nobody waits for any more may take then.
const LAST_WORK: Duration = Duration::from_secs(1);

/// How long to wait where the system has no room for another connection.
const BREATH: Duration = Duration::from_millis(100);

/// Why a folder can't be served.
#[derive(Debug, Error)]
pub enum ServeError {
    /// The address can't be listened at.
    #[error("cannot listen at {address}: {source}; choose another one with --listen")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The system refuses threads, signals or random numbers.
    #[error("cannot start the server: {0}")]
    System(#[from] io::Error),
}

/// A server that listens already.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    application: App,
}

impl Server {
    /// Listens at the address of the settings.
    ///
    /// # Errors
    /// [`ServeError`].
    pub fn bind(settings: ServeSettings) -> Result<Self, ServeError> {
        let asked = settings.listen;
        let listen = |source| ServeError::Listen { address: asked, source };
        let listener = TcpListener::bind(asked).map_err(listen)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let application = Arc::new(Application::new(settings, address)?);
        Ok(Self { listener, address, application })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address to open in a browser, with the token where one is needed.
    pub fn invitation(&self) -> String {
        let query = self.application.token.as_ref().map(|token| format!("?token={}", token.as_str()));
        format!("http://{}/{}", self.address, query.unwrap_or_default())
    }

    /// Serves until SIGINT or SIGTERM, and ends within five seconds of it.
    ///
    /// # Errors
    /// [`ServeError::System`].
    pub fn run_until_signal(self) -> Result<(), ServeError> {
        self.run_until(asked_to_end)
    }

    /// Serves until what `end` makes is ready; that is made inside the server's runtime.
    ///
    /// # Errors
    /// [`ServeError::System`].
    pub fn run_until<F: Future<Output = io::Result<()>>>(
        self,
        end: impl FnOnce() -> F,
    ) -> Result<(), ServeError> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let outcome = runtime.block_on(async { self.serve(end()).await });
        runtime.shutdown_timeout(LAST_WORK);
        Ok(outcome?)
    }

    async fn serve(self, end: impl Future<Output = io::Result<()>>) -> io::Result<()> {
        let listener = tokio::net::TcpListener::from_std(self.listener)?;
        let application = self.application;
        let warming = Arc::clone(&application);
        // The first reader finds the figures made already.
        tokio::spawn(async move { snapshot(&warming).await.map(drop) });
        let service = TowerToHyperService::new(routes(Arc::clone(&application)));
        let mut http = hyper::server::conn::http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT).max_buf_size(HEAD_BYTES_MAX);
        let open = GracefulShutdown::new();
        let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
        let mut end = std::pin::pin!(end);
        loop {
            let next = async {
                let place = Arc::clone(&places).acquire_owned().await;
                (listener.accept().await, place)
            };
            let (accepted, place) = tokio::select! {
                accepted = next => accepted,
                ended = &mut end => { ended?; break }
            };
            let Ok((stream, _)) = accepted else {
                // Too many open files, for instance: connections end, and then there is room again.
                tokio::time::sleep(BREATH).await;
                continue;
            };
            let connection = open.watch(http.serve_connection(TokioIo::new(stream), service.clone()));
            tokio::spawn(async move {
                // A client that breaks off, or that speaks no HTTP, harms only itself.
                let _ = connection.await;
                drop(place);
            });
        }
        drop(listener);
        application.index.stop();
        let _ = tokio::time::timeout(FAREWELL, open.shutdown()).await;
        Ok(())
    }
}

/// Ready at SIGINT or SIGTERM.
async fn asked_to_end() -> io::Result<()> {
    #[cfg(unix)]
    {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
