//! UDP sockets that are connected to the server they ask.
//!
//! The system reports a closed port only to a connected socket, and only there drops datagrams from anyone else:
//! a resolver that is not running costs no time-out. hickory's own sockets are not connected.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use async_trait::async_trait;
use hickory_resolver::net::runtime::{DnsUdpSocket, RuntimeProvider, TokioHandle, TokioRuntimeProvider, TokioTime};
use tokio::io::{Interest, ReadBuf};
use tokio::net::UdpSocket;

/// Tokio, with connected UDP sockets.
#[derive(Clone, Default)]
pub(super) struct Connected {
    tokio: TokioRuntimeProvider,
}

/// A future that a runtime provider hands out.
type Opening<T> = Pin<Box<dyn Send + Future<Output = io::Result<T>>>>;

impl RuntimeProvider for Connected {
    type Handle = TokioHandle;
    type Timer = TokioTime;
    type Udp = ConnectedUdp;
    type Tcp = <TokioRuntimeProvider as RuntimeProvider>::Tcp;

    fn create_handle(&self) -> Self::Handle {
        self.tokio.create_handle()
    }

    fn connect_tcp(
        &self,
        server: SocketAddr,
        local: Option<SocketAddr>,
        timeout: Option<Duration>,
    ) -> Opening<Self::Tcp> {
        self.tokio.connect_tcp(server, local, timeout)
    }

    fn bind_udp(&self, local: SocketAddr, server: SocketAddr) -> Opening<Self::Udp> {
        Box::pin(async move {
            let socket = UdpSocket::bind(local).await?;
            socket.connect(server).await?;
            Ok(ConnectedUdp { socket, server })
        })
    }
}

/// A socket that knows one peer only.
pub(super) struct ConnectedUdp {
    socket: UdpSocket,
    server: SocketAddr,
}

#[async_trait]
impl DnsUdpSocket for ConnectedUdp {
    type Time = TokioTime;

    /// Waits for a datagram or an error. A closed port raises only the latter, which `poll_recv` does not wait for.
    async fn recv_from(&self, buf: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        let raised = || self.socket.take_error()?.map_or_else(|| Err(io::ErrorKind::WouldBlock.into()), Err::<(), _>);
        loop {
            let ready = self.socket.ready(Interest::READABLE | Interest::ERROR).await?;
            if ready.is_readable() {
                match self.socket.try_recv(buf) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    received => return received.map(|length| (length, self.server)),
                }
            }
            if ready.is_error() {
                match self.socket.try_io(Interest::ERROR, raised) {
                    Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(error),
                    _ => {}
                }
            }
        }
    }

    fn poll_recv_from(&self, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<(usize, SocketAddr)>> {
        let mut buf = ReadBuf::new(buf);
        self.socket.poll_recv(cx, &mut buf).map_ok(|()| (buf.filled().len(), self.server))
    }

    fn poll_send_to(&self, cx: &mut Context<'_>, buf: &[u8], _target: SocketAddr) -> Poll<io::Result<usize>> {
        // `sendto` on a connected socket is an error outside Linux.
        self.socket.poll_send(cx, buf)
    }
}
