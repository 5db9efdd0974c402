//! What curl and Python's requests see of the emulator's faults and switches.

use atlas_emulator::{CredentialKind, Effect, Emulator, Fault, FaultKind};

use crate::{ACCEPT, curl, has_curl, has_requests, python, requests, user};

fn page(status: u16) -> Fault {
    Fault::new(FaultKind::ProxyPageBeforeEffect).status(status)
}

#[tokio::test]
async fn page_of_a_proxy_is_html_with_the_status_of_a_success_or_an_error() {
    let emulator = Emulator::start().await.unwrap();
    let (base_url, org_id) = (emulator.base_url(), emulator.org_id());
    let url = format!("{base_url}/api/atlas/v2/orgs/{org_id}/liveMigrations/linkTokens");
    let bearer = format!("Authorization: Bearer {}", emulator.access_token());
    for status in [200, 401, 403, 404, 407] {
        if has_curl() {
            emulator.inject(page(status));
            let (received, body) = curl(&["-H", &bearer, "-X", "DELETE", &url, "-H", ACCEPT]).await;
            assert_eq!(received, status);
            assert!(body.starts_with("<!DOCTYPE html>"), "{body}");
        }
        if has_requests() {
            const PROGRAM: &str = "
import sys, requests
session = requests.Session()
session.trust_env = False
response = session.post(sys.argv[1], json={})
print(response.status_code, response.headers['Content-Type'])
try:
    print(response.json())
except requests.exceptions.JSONDecodeError:
    print('no JSON')
";
            emulator.inject(page(status));
            let expected = format!("{status} text/html; charset=utf-8\nno JSON\n");
            assert_eq!(python(PROGRAM, &[&url]).await, expected);
        }
    }
    // A client that offers a key does not take the challenge of a proxy for Atlas's.
    if has_curl() {
        emulator.inject(page(401));
        let arguments = ["--user", &user(&emulator), "--digest", "-X", "DELETE", &url, "-H", ACCEPT];
        let (status, body) = curl(&arguments).await;
        assert!(status == 401 && body.starts_with("<!DOCTYPE html>"), "{status} {body}");
    }
    assert_eq!(emulator.effects(), []);
}

#[tokio::test]
async fn python_requests_reads_the_delay_of_the_token_endpoint() {
    if !has_requests() {
        return;
    }
    const PROGRAM: &str = "
import sys, requests
from urllib3.util import Retry
url, *account = sys.argv[1:]
session = requests.Session()
session.trust_env = False
response = session.post(url, auth=tuple(account), data={'grant_type': 'client_credentials'})
delay = Retry().get_retry_after(response.raw)
print(response.status_code, delay if delay is None else float(delay))
";
    for (enabled, expected) in [(true, "429 60.0\n"), (false, "429 None\n")] {
        let builder = Emulator::builder().time_scale(0.0).token_requests_per_minute(0);
        let emulator = builder.token_retry_after(enabled).start().await.unwrap();
        let (id, secret) = emulator.service_account();
        let url = format!("{}/api/oauth/token", emulator.base_url());
        assert_eq!(python(PROGRAM, &[&url, id, secret]).await, expected);
    }
}

/// What other clients do with nonces that are accepted once, and with a window of nonce counts.
#[tokio::test]
async fn one_time_nonces_and_nonce_windows() {
    use CredentialKind::{Digest, None};
    let [one_time, window] = [Emulator::builder().one_time_nonces(true), Emulator::builder().nonce_window(2)];
    // curl requests a challenge for each URL. requests keeps its nonce while the server accepts it.
    let requested = [(None, 401), (Digest, 200), (None, 401), (Digest, 200)];
    let renewed = [(None, 401), (Digest, 200), (Digest, 401), (Digest, 200)];
    let kept = [(None, 401), (Digest, 200), (Digest, 200)];
    for (builder, expected) in [(one_time, &renewed[..]), (window, &kept[..])] {
        let emulator = builder.start().await.unwrap();
        let url = format!("{}/api/atlas/v2/orgs", emulator.base_url());
        if has_curl() {
            curl(&["--user", &user(&emulator), "--digest", "-H", ACCEPT, &url, &url]).await;
            assert_eq!(requests(&emulator), requested);
        }
        if has_requests() {
            const PROGRAM: &str = "
import sys, requests
url, public, private, accept = sys.argv[1:]
session = requests.Session()
session.trust_env = False
session.auth = requests.auth.HTTPDigestAuth(public, private)
for _ in range(2):
    session.get(url, headers={'Accept': accept.removeprefix('Accept: ')}).raise_for_status()
";
            emulator.clear_journal();
            let (public, private) = emulator.api_key();
            python(PROGRAM, &[&url, public, private, ACCEPT]).await;
            assert_eq!(requests(&emulator), expected);
        }
    }
    // A count outside of the window gets a challenge without `stale=true`. For curl, the key is wrong then.
    if has_curl() {
        let emulator = Emulator::builder().nonce_window(0).start().await.unwrap();
        let url = format!("{}/api/atlas/v2/orgs", emulator.base_url());
        let (status, _) = curl(&["--user", &user(&emulator), "--digest", "-H", ACCEPT, &url]).await;
        assert_eq!((status, requests(&emulator)), (401, vec![(None, 401), (Digest, 401)]));
    }
}

#[tokio::test]
async fn python_requests_links_the_source_before_it_validates() {
    if !has_requests() {
        return;
    }
    const PROGRAM: &str = "
import json, sys, requests
from requests.auth import HTTPDigestAuth
settings = json.loads(sys.argv[1])
session = requests.Session()
session.trust_env = False
session.headers['Accept'] = 'application/vnd.atlas.2024-11-13+json'
atlas, source = HTTPDigestAuth(*settings['key']), HTTPDigestAuth(*settings['source_key'])
def validate(**changes):
    plan = settings['plan'] | changes
    response = session.post(settings['validate'], json=plan, auth=atlas)
    print(response.status_code, response.json().get('errorCode'))
validate()
token = session.post(settings['link_tokens'], json={}, auth=atlas).json()
print(session.post(settings['link'], json=token, auth=source).json())
validate(migrationHosts=['other.example.com'])
validate(source=settings['plan']['source'] | {'clusterName': 'other'})
validate()
";
    let emulator = Emulator::start().await.unwrap();
    let (base_url, project, org) = (emulator.base_url(), emulator.project_id(), emulator.org_id());
    let (source_url, source_org) = (emulator.source_manager_url(), emulator.source_org_id());
    let settings = serde_json::json!({
        "key": emulator.api_key(),
        "source_key": emulator.source_manager_api_key(),
        "validate": format!("{base_url}/api/atlas/v2/groups/{project}/liveMigrations/validate"),
        "link_tokens": format!("{base_url}/api/atlas/v2/orgs/{org}/liveMigrations/linkTokens"),
        "link": format!("{source_url}/api/public/v1.0/orgs/{source_org}/liveExport/migrationLink"),
        "plan": {
            "source": {
                "clusterName": emulator.source_cluster(), "groupId": emulator.source_project_id(),
                "managedAuthentication": true, "ssl": true,
            },
            "destination": {"clusterName": "destination", "groupId": project, "hostnameSchemaType": "PUBLIC"},
            "migrationHosts": [emulator.migration_host()],
        },
    });
    let output = python(PROGRAM, &[&settings.to_string()]).await;
    assert_eq!(
        output,
        "400 SOURCE_NOT_LINKED\n{'status': 'SYNCED'}\n400 MIGRATION_HOST_NOT_FOUND\n\
         400 SOURCE_CLUSTER_NOT_FOUND\n200 None\n"
    );
    let effects = emulator.effects();
    assert!(matches!(
        &effects[..],
        [Effect::LinkTokenCreated(_), Effect::SourceLinked(_), Effect::ValidationStarted(_)]
    ));
}
