"""What a team may see of its group: the one figure of it, for the store and for the pages alike."""
