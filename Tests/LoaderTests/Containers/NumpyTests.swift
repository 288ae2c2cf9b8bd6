import LinearAlgebra
import Networks
import TestSupport
import Testing

@testable import Loader

@Suite("NumPy's files") struct NumpyTests {
  /// An array as NumPy writes it.
  private func array(_ header: String, _ numbers: [UInt8], version: UInt8 = 1) -> [UInt8] {
    let count = header.utf8.count
    let length =
      version == 1
      ? [UInt8(count & 255), UInt8(count >> 8)] : [UInt8(count & 255), UInt8(count >> 8), 0, 0]
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + Array(header.utf8) + numbers
  }

  private func header(_ type: String, _ shape: String, isColumnMajor: Bool = false) -> String {
    "{'descr': '\(type)', 'fortran_order': \(isColumnMajor ? "True" : "False"), "
      + "'shape': \(shape), }          \n"
  }

  /// The inputs that are read of four rows of two.
  private func inputs(_ bytes: [UInt8]) throws -> [Float] {
    try withSamples(loss: "sparse_categorical_crossentropy") { writer in
      writer.dataset("y", [0, 1, 2, 0], shape: [4], as: .int64)
    } _: { model, data, folder in
      try write(bytes, to: "\(folder)/rows.npy")
      let samples = try openSamples(
        for: model, SampleOptions(data: [data], inputs: "\(folder)/rows.npy"))
      var block = Matrix<Float>(rows: 0, columns: 0)
      _ = try samples.training.read(0..<4, into: &block)
      return block.storage
    }
  }

  @Test("numbers of every type and order are those that were written")
  func types() throws {
    let plain = (0..<8).map { Float($0) }
    func bytes<Number>(_ numbers: [Number]) -> [UInt8] { numbers.withUnsafeBytes(Array.init) }
    let stored: [(String, [UInt8])] = [
      ("<f4", bytes(plain)), ("<f8", bytes(plain.map(Double.init))),
      ("<f2", bytes(plain.map { Float16($0) })), ("|u1", bytes(plain.map { UInt8($0) })),
      ("|i1", bytes(plain.map { Int8($0) })), ("<i8", bytes(plain.map { Int64($0) })),
      (">i2", bytes(plain.map { Int16($0).bigEndian })),
      (">f4", bytes(plain.map { $0.bitPattern.bigEndian })),
      ("<u4", bytes(plain.map { UInt32($0) })),
    ]
    for (type, numbers) in stored {
      #expect(try inputs(array(header(type, "(4, 2)"), numbers)) == plain, "\(type)")
    }
    #expect(try inputs(array(header("|u1", "(4, 2)"), Array(0..<8), version: 2)) == plain)
    let columns: [UInt8] = [0, 2, 4, 6, 1, 3, 5, 7]
    #expect(
      try inputs(array(header("|u1", "(4, 2)", isColumnMajor: true), columns)) == plain)
  }

  @Test("three sides that are stored column after column come in rows")
  func threeSides() {
    // a[i, j, k] = 100 i + 10 j + k
    let shape = [2, 3, 4]
    var columnMajor: [UInt8] = []
    for k in 0..<4 {
      for j in 0..<3 { for i in 0..<2 { columnMajor.append(UInt8(100 * i + 10 * j + k)) } }
    }
    var rows: [UInt8] = []
    for i in 0..<2 {
      for j in 0..<3 { for k in 0..<4 { rows.append(UInt8(100 * i + 10 * j + k)) } }
    }
    #expect(rowMajor(columnMajor, shape: shape, elementSize: 1) == rows)
  }

  @Test("what is no array of numbers or text is said")
  func damaged() {
    func problem(_ bytes: [UInt8]) -> NumpyProblem? {
      do throws(NumpyProblem) {
        _ = try NumpyArray(bytes)
        return nil
      } catch {
        return error
      }
    }
    #expect(problem(array(header("|O", "(2,)"), [1, 2])) == .objects)
    #expect(problem(array(header("<c8", "(1,)"), [1, 2])) == .type("<c8"))
    #expect(problem(array(header("|u1", "(3,)"), [1, 2])) == .size(found: 2, shape: [3]))
    #expect(
      problem(array(header("|u1", "(4611686018427387904, 4611686018427387904)"), [1]))
        == .size(found: 1, shape: [4_611_686_018_427_387_904, 4_611_686_018_427_387_904]))
    let records = "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }"
    #expect(problem(array(records, [0, 0, 0, 0])) == .records)
    for text in ["", "{", "{'descr': '<f4'}", "[1]", header("<f4", "(-1,)"), "__import__('os')"] {
      #expect(problem(array(text, [])) == .damaged("its header"), "\(text)")
    }
    #expect(problem([0x93] + Array("NUMPY".utf8)) == .damaged("its header"))
  }
}
