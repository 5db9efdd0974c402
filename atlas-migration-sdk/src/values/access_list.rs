//! Entries of the access list of a link-token: addresses and networks, validated before they are sent.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use ipnet::IpNet;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One entry of an access list: an IPv4 or IPv6 address, or a network in CIDR notation.
///
/// ```
/// use atlas_migration_sdk::AccessListEntry;
///
/// let address: AccessListEntry = "203.0.113.7".parse()?;
/// let network: AccessListEntry = "2001:db8::/32".parse()?;
/// assert_eq!(network.to_string(), "2001:db8::/32");
///
/// let error = "203.0.113.7/24".parse::<AccessListEntry>().unwrap_err();
/// assert!(error.to_string().contains("write 203.0.113.0/24"));
/// # Ok::<(), atlas_migration_sdk::ParseAccessListEntryError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AccessListEntry(Entry);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Entry {
    Address(IpAddr),
    Network(IpNet),
}

impl AccessListEntry {
    /// Creates a network from an address and a prefix length in bits.
    ///
    /// # Errors
    ///
    /// Returns an error if the prefix is longer than the address, or the address has bits set after the prefix.
    pub fn network(address: IpAddr, prefix: u8) -> Result<Self, ParseAccessListEntryError> {
        let network = IpNet::new(address, prefix).map_err(|_| {
            ParseAccessListEntryError(Reason::Prefix { max: if address.is_ipv4() { 32 } else { 128 } })
        })?;
        if network.trunc() != network {
            return Err(ParseAccessListEntryError(Reason::HostBits(network)));
        }
        Ok(Self(Entry::Network(network)))
    }

    /// Returns whether the entry contains this address.
    #[must_use]
    pub fn admits(&self, address: IpAddr) -> bool {
        match &self.0 {
            Entry::Address(entry) => *entry == address,
            Entry::Network(network) => network.contains(&address),
        }
    }
}

impl From<IpAddr> for AccessListEntry {
    fn from(address: IpAddr) -> Self {
        Self(Entry::Address(address))
    }
}

impl From<Ipv4Addr> for AccessListEntry {
    fn from(address: Ipv4Addr) -> Self {
        Self(Entry::Address(address.into()))
    }
}

impl From<Ipv6Addr> for AccessListEntry {
    fn from(address: Ipv6Addr) -> Self {
        Self(Entry::Address(address.into()))
    }
}

impl FromStr for AccessListEntry {
    type Err = ParseAccessListEntryError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bare = text.trim();
        if bare != text
            && let Ok(Self(entry)) = bare.parse()
        {
            return Err(ParseAccessListEntryError(Reason::Space(entry)));
        }
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| ParseAccessListEntryError(Reason::Address))?;
        let Some(prefix) = prefix else { return Ok(address.into()) };
        let max = if address.is_ipv4() { 32 } else { 128 };
        // `u8::from_str` also accepts a plus sign.
        if prefix.is_empty() || !prefix.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(ParseAccessListEntryError(Reason::Prefix { max }));
        }
        let prefix = prefix.parse().map_err(|_| ParseAccessListEntryError(Reason::Prefix { max }))?;
        Self::network(address, prefix)
    }
}

impl fmt::Display for AccessListEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Entry::Address(address) => address.fmt(f),
            Entry::Network(network) => network.fmt(f),
        }
    }
}

impl Serialize for AccessListEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for AccessListEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for AccessListEntry {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "AccessListEntry".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "An IPv4 or IPv6 address, or a network in CIDR notation.",
        })
    }
}

/// The text is neither an address nor a network. `Debug` output is the message.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParseAccessListEntryError(Reason);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    Address,
    Prefix {
        max: u8,
    },
    HostBits(IpNet),
    /// There is white space around this valid entry.
    Space(Entry),
}

impl fmt::Display for ParseAccessListEntryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a valid access list entry: ")?;
        match self.0 {
            Reason::Address => f.write_str(
                "write an address such as 203.0.113.7 or 2001:db8::7, or a network such as 203.0.113.0/24",
            ),
            Reason::Prefix { max } => {
                write!(f, "the prefix length after the slash must be a number from 0 to {max}")
            }
            Reason::HostBits(network) => write!(
                f,
                "{network} has bits set after its prefix; write {} for the network or {} for the address",
                network.trunc(),
                network.addr()
            ),
            Reason::Space(entry) => {
                write!(f, "it begins or ends with white space; write {}", AccessListEntry(entry))
            }
        }
    }
}

impl fmt::Debug for ParseAccessListEntryError {
    /// The message, because `main` and `unwrap` print an error with `Debug`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for ParseAccessListEntryError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_addresses_and_networks() {
        for (text, expected) in [
            ("203.0.113.7", Ok("203.0.113.7")),
            ("2001:db8::7", Ok("2001:db8::7")),
            ("2001:0DB8:0:0:0:0:0:7", Ok("2001:db8::7")),
            ("203.0.113.0/24", Ok("203.0.113.0/24")),
            ("203.0.113.7/32", Ok("203.0.113.7/32")),
            ("0.0.0.0/0", Ok("0.0.0.0/0")),
            ("2001:db8::/32", Ok("2001:db8::/32")),
            ("203.0.113.7/24", Err("write 203.0.113.0/24 for the network or 203.0.113.7 for the address")),
            ("203.0.113.0/33", Err("from 0 to 32")),
            ("203.0.113.0/999", Err("from 0 to 32")),
            ("203.0.113.0/+8", Err("from 0 to 32")),
            ("203.0.113.0/", Err("from 0 to 32")),
            ("2001:db8::/129", Err("from 0 to 128")),
            ("203.0.113", Err("write an address")),
            ("203.0.113.007", Err("write an address")),
            ("203.0.113.7 ", Err("white space; write 203.0.113.7")),
            ("\n203.0.113.0/24", Err("white space; write 203.0.113.0/24")),
            (" example.com", Err("write an address")),
            ("example.com", Err("write an address")),
            ("fe80::1%eth0", Err("write an address")),
            ("", Err("write an address")),
            ("/24", Err("write an address")),
        ] {
            match (text.parse::<AccessListEntry>(), expected) {
                (Ok(entry), Ok(written)) => {
                    assert_eq!(entry.to_string(), written, "{text}");
                    assert_eq!(serde_json::to_string(&entry).unwrap(), format!("\"{written}\""));
                    assert_eq!(
                        serde_json::from_str::<AccessListEntry>(&format!("\"{text}\"")).unwrap(),
                        entry
                    );
                }
                (Err(error), Err(part)) => {
                    assert!(error.to_string().contains(part), "{text}: {error}");
                    assert_eq!(format!("{error:?}"), error.to_string());
                }
                (got, expected) => panic!("{text}: got {got:?}, expected {expected:?}"),
            }
        }
    }

    #[test]
    fn admits_the_addresses_that_it_contains() {
        for (entry, address, admitted) in [
            ("203.0.113.7", "203.0.113.7", true),
            ("203.0.113.7", "203.0.113.8", false),
            ("203.0.113.0/24", "203.0.113.255", true),
            ("203.0.113.0/24", "203.0.114.0", false),
            ("0.0.0.0/0", "2001:db8::1", false),
        ] {
            let entry: AccessListEntry = entry.parse().unwrap();
            assert_eq!(entry.admits(address.parse().unwrap()), admitted, "{entry} {address}");
        }
    }
}
