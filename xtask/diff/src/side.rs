//! The two documents of a comparison, and values for each of them.

/// One of the two documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The older document.
    Base,
    /// The newer document.
    Revision,
}

impl Side {
    /// The base, then the revision.
    pub const BOTH: [Self; 2] = [Self::Base, Self::Revision];

    /// The other document.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Base => Self::Revision,
            Self::Revision => Self::Base,
        }
    }
}

/// A value for each of the two documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sides<T> {
    /// The value for the base.
    pub base: T,
    /// The value for the revision.
    pub revision: T,
}

impl<T> Sides<T> {
    /// Makes a pair of the value for the base and the value for the revision.
    #[must_use]
    pub const fn new(base: T, revision: T) -> Self {
        Self { base, revision }
    }

    /// Makes a pair by calling `value` for each document.
    pub fn of(mut value: impl FnMut(Side) -> T) -> Self {
        let [base, revision] = Side::BOTH.map(&mut value);
        Self { base, revision }
    }

    /// The value for the given document.
    #[must_use]
    pub fn get(&self, side: Side) -> &T {
        match side {
            Side::Base => &self.base,
            Side::Revision => &self.revision,
        }
    }

    /// Combines the values with those of another pair.
    #[must_use]
    pub fn zip<U>(self, other: Sides<U>) -> Sides<(T, U)> {
        Sides { base: (self.base, other.base), revision: (self.revision, other.revision) }
    }

    /// Applies a function to both values.
    #[must_use]
    pub fn map<U>(self, mut change: impl FnMut(T) -> U) -> Sides<U> {
        Sides { base: change(self.base), revision: change(self.revision) }
    }

    /// References to both values.
    #[must_use]
    pub fn as_ref(&self) -> Sides<&T> {
        Sides { base: &self.base, revision: &self.revision }
    }
}

impl<T> Sides<Option<T>> {
    /// The value for the revision, or the value for the base if there is none.
    #[must_use]
    pub fn newest(&self) -> Option<&T> {
        self.revision.as_ref().or(self.base.as_ref())
    }

    /// Both values, if neither is missing.
    #[must_use]
    pub fn both(self) -> Option<Sides<T>> {
        Some(Sides { base: self.base?, revision: self.revision? })
    }
}
