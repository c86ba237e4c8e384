"""Networks without Keras: what predicts is ONNX, run by onnxruntime alone."""
