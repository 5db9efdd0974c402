//! Finds the operation of a request, by the paths and methods of the operation table.

use atlas_migration_sdk::{Operation, operations};
use matchit::{InsertError, Router};

use super::{ErrorResponse, Request};
use crate::assumptions;

/// The routes of every operation in the table.
pub(crate) struct Routes {
    by_path: Router<Vec<&'static Operation>>,
}

/// The operation of a request, and the variables of its path.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) operation: &'static Operation,
    pub(crate) variables: Vec<(String, String)>,
}

impl Routes {
    /// Builds the routes. Fails if two paths of the table conflict.
    pub(crate) fn new() -> Result<Self, InsertError> {
        let mut paths: Vec<(&'static str, Vec<&'static Operation>)> = Vec::new();
        for &operation in operations::ALL {
            match paths.iter_mut().find(|(path, _)| *path == operation.path) {
                Some((_, operations)) => operations.push(operation),
                None => paths.push((operation.path, vec![operation])),
            }
        }
        Ok(Self { by_path: router(paths)? })
    }

    /// Finds the operation of the request.
    pub(crate) fn find(&self, request: &Request) -> Result<Route, ErrorResponse> {
        let found =
            self.by_path.at(request.path()).map_err(|_| assumptions::path_not_found(request.path()))?;
        let operation =
            found.value.iter().find(|operation| operation.method.as_str() == request.method.as_str());
        let Some(operation) = operation else {
            let allowed: Vec<_> = found.value.iter().map(|operation| operation.method.as_str()).collect();
            return Err(assumptions::method_not_allowed(&allowed).into());
        };
        let variables =
            found.params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Ok(Route { operation, variables })
    }
}

fn router<T>(paths: Vec<(&'static str, T)>) -> Result<Router<T>, InsertError> {
    let mut router = Router::new();
    for (path, target) in paths {
        router.insert(path, target)?;
    }
    Ok(router)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use hyper::body::Bytes;
    use hyper::header::ALLOW;

    use super::*;
    use crate::http::Response;

    fn find(method: &str, path: &str) -> Result<Route, Box<Response>> {
        let request = Request {
            method: method.parse().unwrap(),
            uri: format!("/api/atlas/v2{path}").parse().unwrap(),
            headers: Default::default(),
            body: Bytes::new(),
            client: Ipv4Addr::LOCALHOST.into(),
        };
        Routes::new().unwrap().find(&request).map_err(|error| Box::new(error.into()))
    }

    #[track_caller]
    fn check(method: &str, path: &str, id: &str, variables: &[(&str, &str)]) {
        let route = find(method, path).unwrap();
        assert_eq!(route.operation.id, id);
        let found: Vec<_> =
            route.variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(found, variables);
    }

    #[test]
    fn finds_operations_and_path_variables() {
        check("GET", "/orgs?name=x", "listOrgs", &[]);
        let delete = "deleteOrgLiveMigrationLinkTokens";
        check("DELETE", "/orgs/a/liveMigrations/linkTokens", delete, &[("orgId", "a")]);
        check(
            "POST",
            "/groups/g/liveMigrations/validate",
            "validateGroupLiveMigrations",
            &[("groupId", "g")],
        );
        let variables = [("groupId", "g"), ("liveMigrationId", "m")];
        check("GET", "/groups/g/liveMigrations/m", "getGroupLiveMigration", &variables);
        check("PUT", "/groups/g/liveMigrations/m/cutover", "cutoverGroupLiveMigration", &variables);
    }

    #[test]
    fn finds_paths_with_verbs_and_suffixes() {
        let templates = [
            "/clusters",
            "/clusters:validate",
            "/clusters/{name}",
            "/clusters/{name}/logs/{log}.gz",
            "/clusters/{cluster}:pause",
            "/clusters/{cluster}:pauseAll",
        ];
        let router = router(templates.map(|template| (template, template)).to_vec()).unwrap();
        for (path, expected, variables) in [
            ("/clusters", "/clusters", &[][..]),
            ("/clusters:validate", "/clusters:validate", &[]),
            ("/clusters/a", "/clusters/{name}", &["a"]),
            ("/clusters/a%3Apause", "/clusters/{name}", &["a%3Apause"]),
            ("/clusters/a.gz/logs/b.c.gz", "/clusters/{name}/logs/{log}.gz", &["a.gz", "b.c"]),
            ("/clusters/a:pause", "/clusters/{cluster}:pause", &["a"]),
            ("/clusters/a:pauseAll", "/clusters/{cluster}:pauseAll", &["a"]),
        ] {
            let found = router.at(path).unwrap();
            let values: Vec<&str> = found.params.iter().map(|(_, value)| value).collect();
            assert_eq!((*found.value, &values[..]), (expected, variables), "{path}");
        }
    }

    #[test]
    fn rejects_unknown_paths_and_methods() {
        assert_eq!(find("GET", "/org").unwrap_err().status, 404);
        assert_eq!(find("GET", "/orgs/").unwrap_err().status, 404);
        let response = find("GET", "/orgs/a/liveMigrations/linkTokens").unwrap_err();
        assert_eq!(response.status, 405);
        assert_eq!(response.headers[ALLOW], "POST, DELETE");
        // The static segment takes precedence over the variable.
        assert_eq!(find("GET", "/groups/g/liveMigrations/validate").unwrap_err().status, 405);
    }
}
