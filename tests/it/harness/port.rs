//! Ports that nobody else takes before, between and after the runs of what listens there.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::TcpSocket;

/// A port of 127.0.0.1, held until the last clone is dropped.
///
/// It is bound by a socket that does not listen: the system gives such a port to no outgoing connection and to nobody who
/// asks for any free one, while a server that allows the reuse of its address, as all do that are started here, may listen.
#[derive(Clone, Debug)]
pub struct Port {
    number: u16,
    _held: Arc<TcpSocket>,
}

impl Port {
    /// A free one.
    pub fn free() -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_reuseaddr(true).expect("a socket that shares its address");
        socket
            .bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
            .expect("a free port");
        Self {
            number: socket.local_addr().expect("its address").port(),
            _held: Arc::new(socket),
        }
    }

    /// Its number.
    pub fn number(&self) -> u16 {
        self.number
    }
}

impl std::fmt::Display for Port {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.number.fmt(to)
    }
}

#[test]
fn a_held_port_is_for_its_server_and_for_nobody_else() {
    let port = Port::free();
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port.number()));
    assert_eq!(
        std::net::TcpStream::connect(address).unwrap_err().kind(),
        std::io::ErrorKind::ConnectionRefused
    );
    for _ in 0..2 {
        let server = std::net::TcpListener::bind(address).unwrap();
        std::net::TcpStream::connect(address).unwrap();
        drop(server);
    }
    // As many as the system has to give: none is ours.
    let mut others = Vec::new();
    while let Ok(other) = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)) {
        assert_ne!(other.local_addr().unwrap().port(), port.number());
        others.push(other);
        if others.len() == 500 {
            break;
        }
    }
}
