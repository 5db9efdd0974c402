//! The static server: it sends prepared responses. It is a process of its own, so that its time is not measured.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::{env, thread};

/// The argument of the server process.
const SERVE: &str = "--serve";

/// The server process. It ends with the benchmark.
pub(crate) struct Server {
    process: Child,
    pub(crate) base_url: String,
}

impl Server {
    pub(crate) fn start() -> io::Result<Self> {
        let mut process = Command::new(env::current_exe()?)
            .arg(SERVE)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut address = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output).read_line(&mut address)?;
        }
        Ok(Self { process, base_url: format!("http://{}", address.trim()) })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Fails only if it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Runs the server until its input ends, if the arguments request it. Returns whether they do.
pub(crate) fn serve_if_requested() -> io::Result<bool> {
    if env::args().nth(1).as_deref() != Some(SERVE) {
        return Ok(false);
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    println!("{}", listener.local_addr()?);
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            // An error means that the client closed the connection.
            thread::spawn(move || serve(&connection));
        }
    });
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(true)
}

fn serve(connection: &TcpStream) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let mut input = BufReader::new(connection);
    loop {
        let Some(request) = Request::read(&mut input)? else { return Ok(()) };
        // `&TcpStream` implements `Write`.
        let mut output = connection;
        output.write_all(request.response())?;
    }
}

/// The parts of a request that determine the response.
struct Request {
    line: String,
    authorized: bool,
}

impl Request {
    fn read(input: &mut BufReader<&TcpStream>) -> io::Result<Option<Self>> {
        let mut request = Self { line: String::new(), authorized: false };
        if input.read_line(&mut request.line)? == 0 {
            return Ok(None);
        }
        let (mut header, mut length) = (String::new(), 0);
        while input.read_line(&mut header)? > 2 {
            header.make_ascii_lowercase();
            request.authorized |= header.starts_with("authorization:");
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse().map_err(io::Error::other)?;
            }
            header.clear();
        }
        io::copy(&mut input.take(length), &mut io::sink())?;
        Ok(Some(request))
    }

    fn response(&self) -> &'static [u8] {
        match () {
            () if !self.authorized => &CHALLENGE,
            () if self.line.starts_with("POST /api/oauth/token") => &TOKEN,
            () if self.line.starts_with("POST") => &LINK_TOKEN,
            () => &AVAILABLE_PROJECTS,
        }
    }
}

static CHALLENGE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let challenge = r#"www-authenticate: Digest realm="MMS Public API", domain="", nonce="QFk7ZVhvN0cwUVpUMWZ5bEJqT2ZNQ0ls", algorithm=MD5, qop="auth", stale=false"#;
    format!("HTTP/1.1 401 Unauthorized\r\n{challenge}\r\ncontent-length: 0\r\n\r\n").into_bytes()
});
static TOKEN: LazyLock<Vec<u8>> = LazyLock::new(|| {
    response("200 OK", r#"{"access_token":"static","expires_in":86400,"token_type":"Bearer"}"#)
});
static LINK_TOKEN: LazyLock<Vec<u8>> = LazyLock::new(|| {
    response("201 Created", r#"{"linkToken":"c3RhdGljLWxpbmstdG9rZW4tb2YtdGhlLWJlbmNobWFyaw"}"#)
});
static AVAILABLE_PROJECTS: LazyLock<Vec<u8>> = LazyLock::new(|| {
    response(
        "200 OK",
        r#"[{"deployments":[{"agentVersion":"108.0.12.8846-1","clusterId":"5f9ad6b7e1c2a3041d0e9b12","dbSizeBytes":3221225472,"featureCompatibilityVersion":"7.0","managed":true,"mongoDBVersion":"7.0.14","name":"orders","oplogSizeMB":990,"sharded":false,"tlsEnabled":true}],"migrationHosts":["migration-host.example.com"],"name":"Shop","projectId":"5f9ad6b7e1c2a3041d0e9b11"}]"#,
    )
});

/// A response with the headers that Atlas sends.
fn response(status: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status}\r\n\
         date: Tue, 24 Nov 2026 09:00:00 GMT\r\n\
         content-type: application/vnd.atlas.2023-01-01+json;charset=utf-8\r\n\
         server: mdbws\r\n\
         strict-transport-security: max-age=31536000; includeSubdomains;\r\n\
         x-content-type-options: nosniff\r\n\
         x-frame-options: DENY\r\n\
         ratelimit-limit: 500\r\n\
         ratelimit-remaining: 499\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
