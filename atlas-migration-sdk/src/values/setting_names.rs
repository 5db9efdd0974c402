//! How errors name the settings of a client.

/// How errors name the settings of a client. A client of the source's side has others than one of Atlas.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SettingNames {
    pub(crate) url: &'static str,
    pub(crate) public_key: &'static str,
    pub(crate) private_key: &'static str,
    /// Where certificate authorities are added.
    pub(crate) root_certificates: &'static str,
    /// Where the server manages API keys.
    pub(crate) api_keys: &'static str,
}

impl SettingNames {
    pub(crate) const ATLAS: Self = Self {
        url: "the base URL",
        public_key: "the public key",
        private_key: "the private key",
        root_certificates: "`ClientBuilder::root_certificates_pem`",
        api_keys: "Atlas, organization, Applications, API Keys",
    };
}
