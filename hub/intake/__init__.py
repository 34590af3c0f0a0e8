"""Taking in: what reaches the hub by MQTT, as far as the journal, and the answer to who sent it."""
