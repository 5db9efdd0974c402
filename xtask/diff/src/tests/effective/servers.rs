//! Servers.

use super::check_all;
use super::row::{Row, inherits, root, same_one};

const SERVERS: &[Row] = &[
    same_one(root, "servers: [{url: 'https://a.test/v1'}]", "servers: [{url: 'https://a.test/v1/'}]"),
    same_one(inherits, "x-b: 1", "x-b: 1, servers: [{url: 'https://a.test/v1'}]"),
];

#[test]
fn spellings_of_the_same_servers_have_no_effect() {
    check_all(SERVERS);
}
