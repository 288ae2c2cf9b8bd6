public import ArgumentParser
public import Loader
import Networks

/// What a model's file may not tell.
struct ModelFileOptions: ParsableArguments {
  static let modelHelp: ArgumentHelp =
    "The trained model: an HDF5 file, a .keras archive or safetensors."

  @Option(
    help: ArgumentHelp(
      "The architecture of a model that is a file of weights: what model.to_json() gives, or the "
        + "config.json of a .keras archive.", valueName: "file"), completion: .file())
  var architecture: String?

  @Option(
    help: ArgumentHelp(
      "The activation of each layer of a PyTorch state dictionary or another list of weights, by its "
        + "Keras name, as in relu,relu,softmax.", valueName: "names"),
    transform: ActivationList.init(parsing:))
  var activations: ActivationList?

  @Option(
    help: ArgumentHelp(
      "Which side of the kernels of a list of weights belongs to what, where their shapes do not "
        + "tell: inputs-units or units-inputs.", valueName: "sides"))
  var kernels: KernelSides?

  /// What the reader of the file is told.
  var options: ModelOptions {
    ModelOptions(
      architecture: architecture, activations: activations?.activations, kernelSides: kernels)
  }

  /// The files named here.
  var files: [String] { [architecture].compactMap { $0 } }

  /// What was said here, for another command.
  var arguments: [String] {
    let said = [
      ("--architecture", architecture), ("--activations", activations?.text),
      ("--kernels", kernels?.rawValue),
    ]
    return said.flatMap { option, value in value.map { [option, $0] } ?? [] }
  }
}

extension KernelSides: ExpressibleByArgument {}

/// Activations in a row, as a user writes them.
struct ActivationList: Sendable {
  let text: String
  let activations: [Activation]

  init(parsing text: String) throws {
    self.text = text
    activations = try Self.parts(of: text).map { part in
      let name = String(part.filter { $0 != " " })
      guard let activation = Activation(written: name) else {
        throw ValidationError(
          "\(name.isEmpty ? "an empty name" : name) is none of "
            + Activation.allNames.joined(separator: ", ")
            + name.proposal(of: Activation.allNames))
      }
      return activation
    }
  }

  /// What stands between the commas, those in brackets apart: `relu(max_value=2, threshold=1),tanh`.
  private static func parts(of text: String) -> [String] {
    var (parts, depth) = ([""], 0)
    for character in text {
      depth += character == "(" ? 1 : character == ")" ? -1 : 0
      if character == ",", depth == 0 {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return parts
  }
}
