import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import HDF5

/// Indexes of chunks, heaps and trees that the newest format has.
@Suite struct NewestFormatTests {
  static let names = [
    "attributes", "chunks-extensible", "chunks-fixed", "chunks-implicit", "chunks-single",
    "chunks-tree", "links", "model",
  ]

  private struct Expected: Decodable {
    let shapes: [String: [Int]]
    let attributes: [String: Int]
  }

  @Test("sound files are read, from the disk and from memory", arguments: names)
  func sound(_ name: String) throws {
    let json = Data(try bytes(of: fixturePath("files/newest/expected.json")))
    let expected = try JSONDecoder().decode([String: Expected].self, from: json)[name]
    let path = fixturePath("files/newest/\(name).h5")
    for file in [try File(path), try File(image: try bytes(of: path), named: name)] {
      let contents = Contents(of: file)
      #expect(contents.errors == [])
      #expect(contents.shapes == expected?.shapes)
      #expect(contents.attributeCounts == expected?.attributes)
      guard name != "model" else { continue }
      for (dataset, numbers) in contents.numbers {
        #expect(numbers == numbers.indices.map { Double($0 % 251) }, "\(dataset)")
      }
    }
  }

  @Test("checksums that a test makes true are those of the library", arguments: names)
  func checksums(_ name: String) throws {
    let image = try bytes(of: fixturePath("files/newest/\(name).h5"))
    #expect(zip(image, withTrueChecksums(image)).allSatisfy { $0 == $1 })
  }

  /// A number in a structure that is made another: where the structure's mark is, from there on.
  struct Fault: Sendable, CustomTestStringConvertible {
    let file, mark: String
    let offset, width: Int
    let value: UInt64
    let part: String

    init(
      _ file: String, _ mark: String, _ offset: Int, _ width: Int, _ value: UInt64, _ part: String
    ) {
      (self.file, self.mark, self.offset, self.width) = (file, mark, offset, width)
      (self.value, self.part) = (value, part)
    }

    var testDescription: String { "\(mark) + \(offset) = \(value)" }
  }

  static let faults = [
    // Bytes of an entry, kind of chunks, entries of a page, number of entries, the data block.
    Fault("chunks-fixed", "FAHD", 6, 1, 0, "array of chunks"),
    Fault("chunks-fixed", "FAHD", 5, 1, 1, "array of chunks"),
    Fault("chunks-fixed", "FAHD", 7, 1, 0, "array of chunks"),
    Fault("chunks-fixed", "FAHD", 7, 1, 255, "array of chunks"),
    Fault("chunks-fixed", "FAHD", 8, 8, 9, "array of chunks"),
    Fault("chunks-fixed", "FAHD", 8, 8, .max, "array of chunks"),
    Fault("chunks-fixed", "FAHD", 16, 8, 1 << 40, "array of chunks"),
    // The owner; a chunk.
    Fault("chunks-fixed", "FADB", 6, 8, 48, "array of chunks"),
    Fault("chunks-fixed", "FADB", 14, 8, 1 << 40, "array of chunks"),
    // Bits of the count, entries of the smallest block, blocks of the index block, entries of a page.
    Fault("chunks-extensible", "EAHD", 6, 1, 0, "array of chunks"),
    Fault("chunks-extensible", "EAHD", 7, 1, 0, "array of chunks"),
    Fault("chunks-extensible", "EAHD", 7, 1, 255, "array of chunks"),
    Fault("chunks-extensible", "EAHD", 9, 1, 0, "array of chunks"),
    Fault("chunks-extensible", "EAHD", 9, 1, 3, "array of chunks"),
    Fault("chunks-extensible", "EAHD", 10, 1, 0, "array of chunks"),
    Fault("chunks-extensible", "EAHD", 11, 1, 0, "array of chunks"),
    Fault("chunks-extensible", "EAHD", 11, 1, 3, "array of chunks"),
    // As many entries as take the library years.
    Fault("chunks-extensible", "EAHD", 44, 8, 1 << 60, "array of chunks"),
    Fault("chunks-extensible", "EAHD", 44, 8, 1 << 24, "array of chunks"),
    Fault("chunks-extensible", "EAHD", 60, 8, 1 << 40, "array of chunks"),
    Fault("chunks-extensible", "EAIB", 14, 8, 1 << 40, "array of chunks"),
    Fault("chunks-extensible", "EADB", 6, 8, 48, "array of chunks"),
    Fault("chunks-extensible", "EASB", 6, 8, 48, "array of chunks"),
    // Bytes of a node and of a record, depth, the root, its records, all of them.
    Fault("chunks-tree", "BTHD", 5, 1, 11, "tree of records"),
    Fault("chunks-tree", "BTHD", 6, 4, 0, "tree of records"),
    Fault("chunks-tree", "BTHD", 6, 4, 11, "tree of records"),
    Fault("chunks-tree", "BTHD", 6, 4, 0xFFFF_FFFF, "tree of records"),
    Fault("chunks-tree", "BTHD", 10, 2, 0, "tree of records"),
    Fault("chunks-tree", "BTHD", 12, 2, 0xFFFF, "tree of records"),
    Fault("chunks-tree", "BTHD", 16, 8, 1 << 40, "tree of records"),
    Fault("chunks-tree", "BTHD", 16, 8, .max, "tree of records"),
    Fault("chunks-tree", "BTHD", 24, 2, 0xFFFF, "tree of records"),
    Fault("chunks-tree", "BTHD", 26, 8, 1, "tree of records"),
    Fault("chunks-tree", "BTLF", 6, 8, 1 << 40, "tree of records"),
    Fault("links", "BTHD", 26, 8, 1, "tree of records"),
    // Bytes of a name, the largest object, how blocks are laid out, the first of them, rows of blocks.
    Fault("links", "FRHP", 5, 2, 200, "heap"),
    Fault("links", "FRHP", 10, 4, 1, "heap"),
    // Space for nothing, where names are.
    Fault("links", "FRHP", 46, 8, 0, "heap"),
    Fault("links", "FRHP", 110, 2, 0, "heap"),
    Fault("links", "FRHP", 110, 2, 3, "heap"),
    Fault("links", "FRHP", 112, 8, 0, "heap"),
    Fault("links", "FRHP", 112, 8, 1, "heap"),
    Fault("links", "FRHP", 120, 8, 0, "heap"),
    Fault("links", "FRHP", 128, 2, 0, "heap"),
    Fault("links", "FRHP", 128, 2, 0xFFFF, "heap"),
    Fault("links", "FRHP", 132, 8, 1 << 40, "heap"),
    Fault("links", "FRHP", 140, 2, 0xFFFF, "heap"),
    Fault("links", "FHDB", 5, 8, 48, "heap"),
    Fault("links", "FHDB", 13, 4, 1 << 20, "heap"),
    Fault("links", "FHIB", 5, 8, 48, "heap"),
    Fault("links", "FHIB", 13, 4, 1 << 20, "heap"),
    Fault("attributes", "FRHP", 140, 2, 0xFFFF, "heap"),
  ]

  @Test("what cannot be followed is refused, with what it is", arguments: faults)
  func refused(_ fault: Fault) throws {
    var image = try bytes(of: fixturePath("files/newest/\(fault.file).h5"))
    let place = try #require(image.firstRange(of: Array(fault.mark.utf8))?.lowerBound)
    for i in 0..<fault.width {
      image[place + fault.offset + i] = UInt8(truncatingIfNeeded: fault.value >> (8 * UInt64(i)))
    }
    let errors = Contents(of: try File(image: withTrueChecksums(image), named: fault.file)).errors
    #expect(errors.damagedParts == [fault.part])
    #expect(errors.allSatisfy { $0.object != nil })
  }

  @Test("where a virtual dataset comes from is looked at before the library reads it")
  func virtualSources() throws {
    let image = try bytes(of: fixturePath("hostile/kernel-virtual.h5"))
    func problems(_ image: [UInt8]) throws -> [HDF5Error.Problem] {
      Contents(of: try File(image: image, named: "a")).errors.map(\.problem)
    }
    #expect(try problems(image) == [.virtualLayout])
    // The name of the first file stands behind a version and the number of sources.
    let name = try #require(image.firstRange(of: Array("elsewhere.h5".utf8))?.lowerBound)
    var refused = 0
    for place in name - 9..<name + 80 {
      var changed = image
      changed[place] = 0xFF
      if case .damaged(part: "list of sources", _)? = try problems(changed).first { refused += 1 }
    }
    #expect(refused > 10)
  }

  @Test("one bit that has changed in the blocks of many names is told, and met by nobody else")
  func changedBits() throws {
    let image = try bytes(of: fixturePath("files/newest/links.h5"))
    var random = SeededGenerator(seed: 12)
    for mark in ["FRHP", "FHIB", "FHDB", "BTHD", "BTIN", "BTLF"] {
      let places = image.indices.filter { image[$0...].starts(with: mark.utf8) }
      #expect(!places.isEmpty)
      var told = 0
      for place in places {
        var changed = image
        changed[place + Int.random(in: 5..<24, using: &random)] ^= 1 << (told % 8)
        let errors = Contents(of: try File(image: changed, named: "a.h5")).errors
        if errors.contains(where: { if case .damaged = $0.problem { true } else { false } }) {
          told += 1
        }
      }
      // Some blocks have no names any more.
      #expect(2 * told >= places.count, "\(mark): \(told) of \(places.count)")
    }
  }

  @Test("a heap whose blocks are packed is no damage, and not read")
  func packed() throws {
    var image = try bytes(of: fixturePath("files/newest/links.h5"))
    let place = try #require(image.firstRange(of: Array("FRHP".utf8))?.lowerBound)
    image[place + 7] = 1
    let errors = Contents(of: try File(image: withTrueChecksums(image), named: "a.h5")).errors
    #expect(
      errors.map { "\($0)" } == ["a.h5: /9 in order: has its members or attributes compressed"])
    #expect(errors[0].advice == "write the file again without filters for groups")
  }

  @Test("a file made with care to do harm is refused, or read, in time", arguments: names)
  func changed(_ name: String) throws {
    let image = try bytes(of: fixturePath("files/newest/\(name).h5"))
    var random = SeededGenerator(seed: 11)
    var refused = 0
    let count = 60
    let clock = ContinuousClock()
    for _ in 0..<count {
      var changed = image
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        changed.changeNumber(&random)
      }
      changed = withTrueChecksums(changed)
      let time = clock.measure {
        do throws(HDF5Error) {
          let errors = Contents(of: try File(image: changed, named: name)).errors
          if !errors.isEmpty { refused += 1 }
          #expect(errors.allSatisfy { !$0.description.isEmpty && !$0.advice.isEmpty })
        } catch {
          refused += 1
        }
      }
      #expect(time < .seconds(10))
    }
    #expect(refused > count / 10)
  }
}

extension [HDF5Error] {
  /// What is damaged, by its name; of another error its text.
  var damagedParts: [String] {
    map { error in
      if case .damaged(let part, _) = error.problem { part } else { error.description }
    }
  }
}

extension [UInt8] {
  /// Changes a number that is not 0 into another that matters: none, one more, as large as can be, or
  /// what stands elsewhere.
  fileprivate mutating func changeNumber(_ random: inout SeededGenerator) {
    var place = Int.random(in: 0..<count, using: &random)
    for _ in 0..<8 where self[place] == 0 { place = Int.random(in: 0..<count, using: &random) }
    let width = [1, 1, 2, 4, 8].randomElement(using: &random) ?? 1
    guard place + width <= count else { return }
    let numbers: [UInt64] = [
      0, 1, 2, 3, 255, .max, .max >> 1, 1 << 31, 1 << 62, UInt64(count), UInt64(count) / 2,
      UInt64(self[place]) + 1, UInt64(self[place]) ^ 1 << UInt64.random(in: 0..<8, using: &random),
    ]
    let number = numbers.randomElement(using: &random) ?? 0
    for i in 0..<width { self[place + i] = UInt8(truncatingIfNeeded: number >> (8 * UInt64(i))) }
  }
}
