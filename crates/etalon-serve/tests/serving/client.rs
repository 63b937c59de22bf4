//! A client of one request, which sends whatever it is told to send.

use std::fmt::Write as _;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// What a server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{}: {}", self.status, self.text()))
    }

    /// The cookie that the answer sets.
    pub(crate) fn cookie(&self) -> String {
        self.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
    }
}

/// A request that is being put together.
pub(crate) struct Request {
    head: String,
    body: Vec<u8>,
    has_host: bool,
}

impl Request {
    pub(crate) fn new(method: &str, path: &str) -> Self {
        Self { head: format!("{method} {path} HTTP/1.1\r\n"), body: Vec::new(), has_host: false }
    }

    pub(crate) fn get(path: &str) -> Self {
        Self::new("GET", path)
    }

    pub(crate) fn post_json(path: &str, body: &serde_json::Value) -> Self {
        Self::new("POST", path).header("content-type", "application/json").body(body.to_string().as_bytes())
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.has_host |= name == "host";
        write!(self.head, "{name}: {value}\r\n").unwrap();
        self
    }

    pub(crate) fn body(mut self, body: &[u8]) -> Self {
        self.body = body.to_vec();
        self.header("content-length", &body.len().to_string())
    }

    pub(crate) fn send(self, address: SocketAddr) -> Answer {
        answer_to(address, &self.bytes(address)).unwrap()
    }

    /// Sends the request and closes the connection after a while.
    pub(crate) fn send_and_leave(self, address: SocketAddr, after: Duration) {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(&self.bytes(address)).unwrap();
        std::thread::sleep(after);
    }

    fn bytes(self, address: SocketAddr) -> Vec<u8> {
        let request = if self.has_host { self } else { self.header("host", &address.to_string()) };
        let mut bytes = request.header("connection", "close");
        bytes.head.push_str("\r\n");
        [bytes.head.as_bytes(), &bytes.body].concat()
    }
}

/// What comes back for these bytes; nothing where the server closes the connection without a word.
pub(crate) fn answer_to(address: SocketAddr, bytes: &[u8]) -> Option<Answer> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    // A server may refuse before everything is sent.
    let _ = stream.write_all(bytes);
    let mut received = Vec::new();
    match stream.read_to_end(&mut received) {
        Err(error) if error.kind() != ErrorKind::ConnectionReset => panic!("{error}"),
        _ => parse(&received),
    }
}

fn parse(received: &[u8]) -> Option<Answer> {
    let end = received.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&received[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect();
    let body = received[end + 4..].to_vec();
    let answer = Answer { status, headers, body };
    let is_chunked = answer.header("transfer-encoding") == Some("chunked");
    let body = if is_chunked { without_chunks(&answer.body) } else { answer.body.clone() };
    Some(Answer { body, ..answer })
}

fn without_chunks(mut body: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(end) = body.windows(2).position(|two| two == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&body[..end]).unwrap(), 16).unwrap();
        whole.extend_from_slice(&body[end + 2..end + 2 + size]);
        body = &body[end + 2 + size + 2..];
    }
    whole
}
