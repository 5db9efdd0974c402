//! Which nonce a call uses.
//!
//! All calls share one nonce, so that a client needs one challenge. A server may refuse that: Tomcat accepts only counts
//! near the number of requests that have arrived, Apache httpd (`AuthDigestNcCheck`) only the next one, others accept a
//! nonce once. A call that is refused therefore gets a nonce that no other call uses, and returns it as a spare one when
//! it was accepted. Calls prefer spare nonces, one call at a time each. So there are soon as many nonces as such a server
//! needs, and no call is refused twice because of other calls.

use std::sync::Arc;

use super::nonce::Nonce;

/// The number of spare nonces that are kept. There are at most as many as calls at the same time.
const MAX_SPARE: usize = 1024;

#[derive(Default)]
pub(super) struct Nonces {
    shared: Option<Known>,
    /// Whether a server has refused the shared nonce. It is used until there is another one, because calls would have
    /// to request a challenge without it.
    is_shared_refused: bool,
    /// The one that was used last is at the end, and is used next: older ones may have expired.
    spare: Vec<Known>,
    added: u64,
}

/// A nonce with its place in the order in which they were added.
#[derive(Clone)]
struct Known {
    nonce: Arc<Nonce>,
    number: u64,
    /// Whether other calls may use the same `opaque`, although they do not use the nonce.
    has_common_opaque: bool,
}

/// A nonce that a call uses.
pub(crate) struct InUse {
    known: Known,
    is_exclusive: bool,
}

impl InUse {
    pub(super) fn nonce(&self) -> &Nonce {
        &self.known.nonce
    }

    /// Whether no other call uses it.
    pub(super) fn is_exclusive(&self) -> bool {
        self.is_exclusive
    }

    /// Whether other calls may use the same `opaque`.
    pub(super) fn has_common_opaque(&self) -> bool {
        !self.is_exclusive || self.known.has_common_opaque
    }
}

impl Nonces {
    /// A nonce for a call, if there is one.
    pub(super) fn take(&mut self) -> Option<InUse> {
        match self.spare.pop() {
            Some(known) => Some(InUse { known, is_exclusive: true }),
            None => self.shared.clone().map(|known| InUse { known, is_exclusive: false }),
        }
    }

    /// Adds a nonce for the call that requested a challenge. Other calls share it if they have none.
    pub(super) fn add(&mut self, nonce: Nonce) -> InUse {
        let known = self.number(nonce);
        let is_exclusive = self.shared.is_some();
        if !is_exclusive {
            self.share(known.clone());
        }
        InUse { known, is_exclusive }
    }

    /// Adds a nonce for a call whose nonce was refused. With `is_stale`, older nonces have expired too.
    pub(super) fn replace(&mut self, refused: &InUse, nonce: Nonce, is_stale: bool) -> InUse {
        let number = refused.known.number;
        let opaque = refused.nonce().opaque();
        // A server that gives each client an `opaque` of its own also refuses nonces for other reasons than their age.
        let is_refused = |known: &Known| {
            known.number == number || (is_stale && known.number < number && known.nonce.opaque() == opaque)
        };
        self.is_shared_refused |= self.shared.as_ref().is_some_and(is_refused);
        self.spare.retain(|known| !is_refused(known));
        let repeats_opaque = opaque.is_some() && nonce.opaque() == opaque;
        let mut known = self.number(nonce);
        known.has_common_opaque = repeats_opaque && refused.has_common_opaque();
        InUse { known, is_exclusive: true }
    }

    /// The call that no other call shares this nonce with was accepted, and does not use it any more.
    pub(super) fn release(&mut self, used: InUse) {
        if self.shared.is_none() || self.is_shared_refused {
            self.share(used.known);
        } else if self.spare.len() < MAX_SPARE {
            self.spare.push(used.known);
        }
    }

    /// Forgets a nonce whose counts are used up.
    pub(super) fn forget(&mut self, used: &InUse) {
        self.shared.take_if(|known| known.number == used.known.number);
    }

    fn number(&mut self, nonce: Nonce) -> Known {
        self.added += 1;
        Known { nonce: Arc::new(nonce), number: self.added, has_common_opaque: false }
    }

    fn share(&mut self, known: Known) {
        self.shared = Some(known);
        self.is_shared_refused = false;
    }
}
