"""Judge rules: pure, each the twin of a file in static/js/gate/."""
