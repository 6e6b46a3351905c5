//! What the web makes of settings, once for as long as they stay.

use std::sync::{Arc, PoisonError, RwLock};

use super::limits::Limits;
use super::views::Look;
use crate::settings::Settings;
use crate::state::State;

/// Made of the settings of a moment.
pub struct Fitted {
    /// The looks.
    pub look: Look,
    /// The limits of this node. They go on counting where other settings change.
    pub limits: Arc<Limits>,
    settings: Arc<Settings>,
}

/// Holds it.
pub struct Fitting(RwLock<Arc<Fitted>>);

impl Fitting {
    /// Makes it for the first time.
    pub fn new(state: &State) -> Self {
        let limits = Limits::new(&state.settings.limits, state.clock.clone());
        Self(RwLock::new(Arc::new(Fitted::of(&state.settings, Arc::new(limits)))))
    }

    /// What fits the settings of an installation.
    pub fn of(&self, state: &State) -> Arc<Fitted> {
        let kept = Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner));
        if Arc::ptr_eq(&kept.settings, &state.settings) {
            return kept;
        }
        let limits = match kept.settings.limits == state.settings.limits {
            true => Arc::clone(&kept.limits),
            false => Arc::new(Limits::new(&state.settings.limits, state.clock.clone())),
        };
        let fitted = Arc::new(Fitted::of(&state.settings, limits));
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&fitted);
        fitted
    }
}

impl Fitted {
    fn of(settings: &Arc<Settings>, limits: Arc<Limits>) -> Self {
        Self {
            look: Look::of(&settings.branding),
            limits,
            settings: Arc::clone(settings),
        }
    }
}
