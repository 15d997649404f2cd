"""OVHcloud as a phone: its words, codes and client stay in this folder."""
