// The one import of a notebook: everything that the laboratory offers.
@_exported import Evaluation
@_exported import Interpretability
@_exported import Networks
@_exported import Notebook
@_exported import Plots
@_exported import Stories
@_exported import Tensors
@_exported import Training
