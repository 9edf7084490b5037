//! What DNS says: a snapshot, the loop that fills it, and the sources it is filled from.
