@_exported import Martlet
import Foundation
print("worker")
