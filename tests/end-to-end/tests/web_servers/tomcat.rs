//! The installed Tomcat. Files behind its authentication are Atlas's responses.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::server::{ACCESS_LOG, ERRORS, Server, skip};
use crate::{ORG, PASSWORD, REALM, USER, assert_count, call, join_64_callers, org};

/// The folder of the program on Debian.
const HOME: &str = "/usr/share/tomcat10";

/// Starts a server that accepts this many nonce counts around the number of accepted requests. If Tomcat is not
/// installed, it prints that and returns `None`.
#[track_caller]
fn start(nonce_window: u32) -> Option<Server> {
    let jars = ["bin/bootstrap.jar", "bin/tomcat-juli.jar"].map(|jar| format!("{HOME}/{jar}"));
    if !jars.iter().all(|jar| Path::new(jar).exists()) {
        skip("Tomcat");
        return None;
    }
    let prepare = |dir: &Path, port| {
        let responses = dir.join(format!("files/api/atlas/v2/orgs/{ORG}/liveMigrations"));
        fs::create_dir_all(&responses).unwrap();
        fs::write(responses.join("availableProjects"), "[]").unwrap();
        fs::write(responses.join("linkTokens"), r#"{"linkToken":"made-behind-a-web-server"}"#).unwrap();
        fs::create_dir(dir.join("files/WEB-INF")).unwrap();
        fs::write(dir.join("files/WEB-INF/web.xml"), application()).unwrap();
        fs::create_dir(dir.join("conf")).unwrap();
        fs::write(dir.join("conf/server.xml"), server(dir, port, nonce_window)).unwrap();
        fs::write(dir.join("conf/users.xml"), users()).unwrap();
        let mut command = Command::new("java");
        command
            .args(["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m", "-cp", &jars.join(":")])
            .arg(format!("-Dcatalina.home={HOME}"))
            .arg(format!("-Dcatalina.base={}", dir.display()))
            // Otherwise it would run without a port that is taken.
            .arg("-Dorg.apache.catalina.startup.EXIT_ON_INIT_FAILURE=true")
            .args(["org.apache.catalina.startup.Bootstrap", "start"]);
        command
    };
    let serves = |dir: &Path| {
        fs::read_to_string(dir.join(ERRORS)).is_ok_and(|errors| errors.contains("Server startup in"))
    };
    Some(Server::start(prepare, serves))
}

fn server(dir: &Path, port: u16, nonce_window: u32) -> String {
    let dir = dir.display();
    format!(
        r#"<Server port="-1">
  <Service name="Catalina">
    <Connector port="{port}" address="127.0.0.1" maxThreads="64" minSpareThreads="1" />
    <Engine name="Catalina" defaultHost="localhost">
      <Realm className="org.apache.catalina.realm.MemoryRealm" pathname="conf/users.xml" />
      <Host name="localhost" appBase="none" autoDeploy="false" deployOnStartup="false">
        <Valve className="org.apache.catalina.valves.AccessLogValve" directory="{dir}" prefix="{ACCESS_LOG}"
          suffix="" rotatable="false" pattern="%m %s" />
        <Context path="" docBase="{dir}/files">
          <Valve className="org.apache.catalina.authenticator.DigestAuthenticator"
            nonceCountWindowSize="{nonce_window}" />
          <JarScanner scanClassPath="false" scanManifest="false" />
        </Context>
      </Host>
    </Engine>
  </Service>
</Server>
"#
    )
}

fn users() -> String {
    format!(r#"<tomcat-users><user username="{USER}" password="{PASSWORD}" roles="api" /></tomcat-users>"#)
}

fn application() -> String {
    format!(
        r#"<web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0" metadata-complete="true">
  <servlet>
    <servlet-name>files</servlet-name>
    <servlet-class>org.apache.catalina.servlets.DefaultServlet</servlet-class>
  </servlet>
  <servlet-mapping>
    <servlet-name>files</servlet-name>
    <url-pattern>/</url-pattern>
  </servlet-mapping>
  <security-constraint>
    <web-resource-collection>
      <web-resource-name>api</web-resource-name>
      <url-pattern>/*</url-pattern>
    </web-resource-collection>
    <auth-constraint>
      <role-name>api</role-name>
    </auth-constraint>
  </security-constraint>
  <login-config>
    <auth-method>DIGEST</auth-method>
    <realm-name>{REALM}</realm-name>
  </login-config>
  <security-role>
    <role-name>api</role-name>
  </security-role>
</web-app>
"#
    )
}

#[tokio::test]
async fn sequential_calls_need_one_challenge_and_a_wrong_key_two() {
    let Some(tomcat) = start(100) else { return };
    let sequential = org(&tomcat, PASSWORD);
    for number in 0..100 {
        call(&sequential, number).await.unwrap();
    }
    let error = org(&tomcat, "wrong").available_projects().await.unwrap_err();
    assert!(error.is_unauthenticated(), "{error}");
    let log = tomcat.stop();
    assert_count(&log, "POST", 401, 1);
    assert_count(&log, "POST", 200, 50);
    assert_count(&log, "GET", 200, 50);
    assert_count(&log, "GET", 401, 2);
    assert_eq!(log.len(), 103);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_calls_outside_of_the_nonce_window_succeed() {
    for nonce_window in [100, 16] {
        let Some(tomcat) = start(nonce_window) else { return };
        join_64_callers(&org(&tomcat, PASSWORD), 40).await;
        let log = tomcat.stop();
        assert_count(&log, "POST", 200, 64 * 20);
        assert_count(&log, "GET", 200, 64 * 20);
        // About one for each caller. With two requests for each call it would be 2560.
        let challenges = log.len() - 64 * 40;
        assert!((1..=128).contains(&challenges), "{challenges} with a window of {nonce_window}");
    }
}
