import Foundation
import Testing

@Suite("Arrays of NumPy") struct ArrayTests {
  /// Rows of two numbers as NumPy writes them.
  private func write(_ numbers: [Float], columns: Int, to path: String) throws {
    let header =
      "{'descr': '<f4', 'fortran_order': False, 'shape': (\(numbers.count / columns), \(columns)), }\n"
    let length = [UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)]
    let bytes = [0x93] + Array("NUMPY".utf8) + [1, 0] + length + Array(header.utf8)
    try Data(bytes + numbers.withUnsafeBytes(Array.init)).write(to: URL(fileURLWithPath: path))
  }

  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let inputs = (0..<200).map { Float(sin(Double($0 * $0))) }
    try write(inputs, columns: 2, to: "\(folder.path)/x.npy")
    let targets = (0..<100).map { inputs[2 * $0] * inputs[2 * $0 + 1] }
    try write(targets, columns: 1, to: "\(folder.path)/y.npy")
    return folder
  }

  @Test("A file of one array is the inputs, and no targets")
  func targetsMissing() throws {
    let folder = try folder()
    let (inputs, targets) = ("\(folder.path)/x.npy", "\(folder.path)/y.npy")
    let training = ["-o", "\(folder.path)/t.h5", "--steps", "20"]
    for arguments in [["train", inputs], ["train", "--data", inputs]] {
      let outcome = try tinyDiagnose(arguments + training)
      #expect(outcome.status == 1 && outcome.output == "")
      #expect(
        outcome.errors == """
          error: \(inputs): holds one array, the inputs: the targets are missing
            name them, as in --targets y.npy; an autoencoder gets its inputs: --inputs x.npy --targets x.npy

          """)
    }
    let found = try tinyDiagnose(["train", inputs, "--targets", targets] + training)
    #expect(found.status == 0 && found.output.contains("2 inputs, 1 output\n"), "\(found.output)")
    let held = try tinyDiagnose(
      [
        "\(folder.path)/t.h5", "--inputs", inputs, "--targets", targets, "--validation", inputs,
      ])
    #expect(held.status == 1)
    #expect(
      held.errors.hasSuffix("targets are missing\n  name them with --validation-targets\n"),
      "\(held.errors)")
  }

  @Test("An autoencoder's targets are its inputs, where that is said")
  func autoencoder() throws {
    let folder = try folder()
    let inputs = "\(folder.path)/x.npy"
    let outcome = try tinyDiagnose(
      "train", "--inputs", inputs, "--targets", inputs, "-o",
      "\(folder.path)/t.h5", "--steps", "20")
    #expect(outcome.status == 0 && outcome.output.contains("2 inputs, 2 outputs\n"))
    let report = try tinyDiagnose(
      "\(folder.path)/t.h5", "--inputs", inputs, "--targets", inputs, "--validation", inputs)
    #expect(report.status == 0, "\(report.errors)")
    #expect(report.output.contains("100 held-out samples are training samples, too"))
  }
}
