import Networks
import Testing

@Suite struct ActivationNameTests {
  @Test(
    "A name alone leads back to its function",
    arguments: ActivationTests.ofUnits + [.softmax, .logSoftmax, .sparsemax])
  func nameRoundTrips(activation: Activation) {
    guard !activation.name.contains("(") else { return }
    #expect(Activation(kerasName: activation.name, kerasMajorVersion: 3) == activation)
  }

  @Test("hard_sigmoid is another function before Keras 3")
  func hardSigmoidDependsOnVersion() {
    let name = "hard_sigmoid"
    #expect(Activation(kerasName: name, kerasMajorVersion: 2) == .hardSigmoidKeras2)
    #expect(Activation(kerasName: name, kerasMajorVersion: 3) == .hardSigmoid)
  }

  @Test(
    "Aliases are understood",
    arguments: [("swish", Activation.silu), ("hard_swish", .hardSilu)], [2, 3])
  func aliases(alias: (name: String, activation: Activation), major: Int) {
    #expect(Activation(kerasName: alias.name, kerasMajorVersion: major) == alias.activation)
  }

  @Test(
    "What is no function of one row of the same width is refused",
    arguments: ["threshold", "glu", "Relu", "", "leaky_relu(0.3)"])
  func unknownNames(name: String) {
    #expect(Activation(kerasName: name, kerasMajorVersion: 3) == nil)
  }

  @Test(
    "Parameters show where they differ from what the name means",
    arguments: [
      (Activation.leakyReLU(0.2), "leaky_relu"), (.leakyReLU(0.3), "leaky_relu(0.3)"),
      (.leakyReLU(0.30000001192092896), "leaky_relu(0.3)"), (.relu, "relu"), (.relu6, "relu6"),
      (.rectifier(negativeSlope: 0, maximum: 2.5, threshold: 0), "relu(max_value=2.5)"),
      (
        .rectifier(negativeSlope: 0.1, maximum: 6, threshold: 0.5),
        "relu(negative_slope=0.1, max_value=6.0, threshold=0.5)"
      ),
      (.elu(alpha: 1), "elu"), (.elu(alpha: 0.5), "elu(0.5)"), (.celu(alpha: 2), "celu(2.0)"),
      (.gelu(approximate: true), "gelu(approximate=true)"),
      (.hardSigmoidKeras2, "hard_sigmoid(keras 2)"), (.softmax, "softmax"),
    ])
  func names(activation: Activation, name: String) {
    #expect(activation.name == name)
  }

  @Test(
    "Every name that a report prints can be said",
    arguments: [
      Activation.leakyReLU(0.01), .relu6, .rectifier(negativeSlope: 0, maximum: 2.5, threshold: 0),
      .rectifier(negativeSlope: 0.1, maximum: 6, threshold: 0.5), .elu(alpha: 0.5),
      .celu(alpha: 2), .gelu(approximate: true), .hardSigmoidKeras2, .quickGelu, .logSoftmax,
    ] + Activation.allNames.compactMap { Activation(written: $0) })
  func written(activation: Activation) {
    #expect(Activation(written: activation.name) == activation)
  }

  @Test(
    "Names of PyTorch and Transformers are understood",
    arguments: [
      ("ReLU", Activation.relu), ("gelu_new", .gelu(approximate: true)),
      ("gelu_pytorch_tanh", .gelu(approximate: true)), ("quick_gelu", .quickGelu),
      ("Hardswish", .hardSilu), ("hard_swish", .hardSilu), ("Identity", .linear),
      ("LogSoftmax", .logSoftmax),
    ])
  func others(name: String, activation: Activation) {
    #expect(Activation(written: name) == activation)
  }

  @Test("x σ(1.702 x), and its slope")
  func quickGelu() {
    for x in [-3.0, -0.5, 0, 0.25, 2] {
      let step = 1e-5
      func value(_ x: Double) -> Double { Activation.quickGelu.value(at: x) }
      #expect(abs(value(x) - x / (1 + exponential(-1.702 * x))) <= 1e-14)
      let slope = (value(x + step) - value(x - step)) / (2 * step)
      #expect(abs(Activation.quickGelu.slope(at: x, from: .right) - slope) <= 1e-9)
    }
  }

  private func exponential(_ x: Double) -> Double { Activation.exponential.value(at: x) }
}
