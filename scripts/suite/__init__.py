"""Problems with published values, computed by all main methods."""
