//! web
pub mod i18n;
pub mod views;
