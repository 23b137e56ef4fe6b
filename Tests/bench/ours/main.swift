import Martlet
print("bench")
