import Foundation
import TestSupport

/// Writes the files Keras would, one setting at a time.
struct KerasFile {
  /// One layer: its class, its settings as JSON members, and its weights with their shapes.
  struct Layer {
    var className: String
    var name: String
    var settings = ""
    var weights: [(name: String, shape: [Int], numbers: [Double])] = []
    /// The layers it takes its input from, in a functional model.
    var sources: [String] = []
  }

  var layers: [Layer] = []
  var version: String? = "3.15.1"
  /// `nil` for a Sequential model.
  var ends: (input: String, output: String)?
  /// Further members of the model's configuration.
  var extra = ""
  /// The attribute `training_config`.
  var training: String?
  /// The type of the weights.
  var stored = HDF5Writer.Stored.float32
  /// How the weights are laid out; `nil` for one piece.
  var layout: HDF5Writer.Layout?

  /// A model of the layers given, after an input of so many features.
  init(features: Int, _ layers: [Layer]) {
    self.layers =
      [
        Layer(
          className: "InputLayer", name: "in", settings: #""batch_shape": [null, \#(features)]"#)
      ]
      + layers
  }

  /// A model of exactly these layers.
  init(_ layers: [Layer]) { self.layers = layers }

  /// The attribute `model_config`.
  var config: String {
    let list = layers.map { layer in
      let settings = [#""name": "\#(layer.name)""#, layer.settings].filter { !$0.isEmpty }
      let nodes =
        version?.hasPrefix("2") == true
        ? layer.sources.map { #"[["\#($0)", 0, 0, {}]]"# }
        : layer.sources.map {
          #"{"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": "#
            + #"["\#($0)", 0, 0]}}], "kwargs": {}}"#
        }
      let graph =
        ends == nil
        ? "" : #", "name": "\#(layer.name)", "inbound_nodes": [\#(nodes.joined(separator: ", "))]"#
      return #"{"class_name": "\#(layer.className)", "config": {"#
        + settings.joined(separator: ", ") + "}\(graph)}"
    }
    let body =
      #""name": "net", "layers": [\#(list.joined(separator: ", "))]"#
      + (extra.isEmpty ? "" : ", " + extra)
    guard let ends else { return #"{"class_name": "Sequential", "config": {\#(body)}}"# }
    return #"{"class_name": "Functional", "config": {\#(body), "input_layers": [["\#(ends.input)""#
      + #", 0, 0]], "output_layers": [["\#(ends.output)", 0, 0]]}}"#
  }

  /// Writes the file; `spoil` may change it.
  func write(to path: String, spoil: (HDF5Writer) -> Void = { _ in }) throws {
    let writer = try HDF5Writer(path)
    writer.attribute("model_config", config)
    if let version { writer.attribute("keras_version", version) }
    if let training { writer.attribute("training_config", training) }
    writer.group("model_weights")
    writer.attribute("layer_names", of: "/model_weights", layers.map(\.name))
    for layer in layers {
      let group = "/model_weights/\(layer.name)"
      writer.group(group)
      writer.attribute("weight_names", of: group, layer.weights.map { "\(layer.name)/\($0.name)" })
      for weight in layer.weights {
        writer.dataset(
          "\(group)/\(layer.name)/\(weight.name)", weight.numbers, shape: weight.shape, as: stored,
          layout: layout ?? .contiguous)
      }
    }
    spoil(writer)
  }
}

extension KerasFile.Layer {
  /// A Dense layer whose weights count 0, 1, 2, … in tenths, row after row.
  static func dense(
    _ name: String, _ inputs: Int, _ units: Int, activation: String = #""linear""#,
    settings: String = ""
  ) -> Self {
    Self(
      className: "Dense", name: name,
      settings: #""units": \#(units), "activation": \#(activation), "use_bias": true"#
        + (settings.isEmpty ? "" : ", " + settings),
      weights: [
        ("kernel", [inputs, units], (0..<inputs * units).map { Double($0) / 10 }),
        ("bias", [units], (0..<units).map { Double($0) }),
      ])
  }

  /// A layer without weights.
  static func plain(_ className: String, _ settings: String = "") -> Self {
    Self(className: className, name: className.lowercased(), settings: settings)
  }

  /// A BatchNormalization of all four vectors.
  static func batch(
    gamma: [Double], beta: [Double], mean: [Double], variance: [Double], settings: String
  ) -> Self {
    let names = ["gamma", "beta", "moving_mean", "moving_variance"]
    return Self(
      className: "BatchNormalization", name: "bn", settings: settings,
      weights: zip(names, [gamma, beta, mean, variance]).filter { !$1.isEmpty }
        .map { ($0, [$1.count], $1) })
  }
}
