import ArgumentParser
import Diagnostics
import FoundationEssentials
import Growth
import Loader
import Networks

/// What a new network looks like before it grows.
struct StartOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The units of each hidden layer at the start, separated by commas.", valueName: "widths"),
    transform: WidthList.init(parsing:))
  var hidden = WidthList(widths: [1, 1])

  @Option(
    help: ArgumentHelp(
      "What follows each hidden layer, by its Keras name.", valueName: "name"),
    transform: Self.activation(named:))
  var activation = Activation.selu

  @Option(
    help: ArgumentHelp(
      "Multiply the inputs by this first; the model does so as well. 0.00392 brings pixels of 0 to "
        + "255 to 0 to 1.", valueName: "factor"))
  var scale: Float?

  func validate() throws {
    if let scale, !scale.isNormal {
      throw ValidationError("--scale is \(scale), expected a number other than 0")
    }
  }

  private static func activation(named name: String) throws -> Activation {
    guard let activation = Activation(written: name), !activation.actsOnRows else {
      let names = Activation.allNames.filter { Activation(written: $0)?.actsOnRows == false }
      throw ValidationError(
        "it is none of \(names.joined(separator: ", "))\(name.proposal(of: names))")
    }
    return activation
  }
}
