//! HTTP as strangers and broken networks send it.
