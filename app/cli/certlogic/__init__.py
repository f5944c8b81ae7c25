"""Compare the rule engine with its twin in the browser and with the published suite."""
