"""Business with partners that send no messages: the national platform beside us, and paper."""
