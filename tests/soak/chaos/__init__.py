"""The faults run: a few simulated days with a misbehaving TikTok, while workers are killed and servers restarted."""
