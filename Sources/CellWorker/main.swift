import CellRuntime
// Cells find the whole laboratory in this program.
import Martlet

Worker.run()
