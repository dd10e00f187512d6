select reached from progress
