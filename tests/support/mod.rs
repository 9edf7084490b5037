//! What the areas share.
