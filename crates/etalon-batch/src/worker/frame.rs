//! Frames over a pipe: a message in JSON, and bytes that belong to it.
//!
//! ```text
//! message length, u32 | body length, u32 | message, JSON | body       numbers are little-endian
//! ```

use serde::{Serialize, de::DeserializeOwned};
use std::io::{self, ErrorKind, Read, Write};

/// The longest message, bytes. Four letters read as a length are more, so that text in the place of
/// a frame, such as a library's cry on standard output, is known for what it is.
pub(crate) const MESSAGE_MAX_BYTES: u32 = 16 << 20;

/// The longest body, bytes: far more than the document of a call of ten hours.
const BODY_MAX_BYTES: u32 = 1 << 30;

/// Writes a frame and sees it off.
///
/// # Errors
///
/// When the pipe is gone, or the message or the body is longer than a frame may be.
pub(crate) fn write(output: &mut impl Write, message: &impl Serialize, body: &[u8]) -> io::Result<()> {
    output.write_all(&head_of(message, body)?)?;
    output.write_all(body)?;
    output.flush()
}

/// The bytes of a frame without a body.
///
/// # Errors
///
/// [`ErrorKind::InvalidInput`] where the message is longer than a frame may be.
pub(crate) fn without_body(message: &impl Serialize) -> io::Result<Vec<u8>> {
    head_of(message, &[])
}

/// What precedes the body.
fn head_of(message: &impl Serialize, body: &[u8]) -> io::Result<Vec<u8>> {
    let message = serde_json::to_vec(message)?;
    let length = |bytes: &[u8], most: u32| {
        u32::try_from(bytes.len()).ok().filter(|length| *length <= most).ok_or(ErrorKind::InvalidInput)
    };
    let (message_length, body_length) = (length(&message, MESSAGE_MAX_BYTES)?, length(body, BODY_MAX_BYTES)?);
    let mut head = Vec::with_capacity(8 + message.len());
    head.extend(message_length.to_le_bytes());
    head.extend(body_length.to_le_bytes());
    head.extend(message);
    Ok(head)
}

/// Reads a frame; none at the end of the stream.
///
/// # Errors
///
/// [`ErrorKind::InvalidData`] where the stream holds something else, [`ErrorKind::UnexpectedEof`]
/// where it ends inside a frame.
pub(crate) fn read<M: DeserializeOwned>(input: &mut impl Read) -> io::Result<Option<(M, Vec<u8>)>> {
    let Some(message_length) = first_number(input)? else { return Ok(None) };
    let body_length = number(input)?;
    if message_length > MESSAGE_MAX_BYTES || body_length > BODY_MAX_BYTES {
        return Err(ErrorKind::InvalidData.into());
    }
    let message = serde_json::from_slice(&bytes(input, message_length)?)
        .map_err(|_| io::Error::from(ErrorKind::InvalidData))?;
    Ok(Some((message, bytes(input, body_length)?)))
}

fn first_number(input: &mut impl Read) -> io::Result<Option<u32>> {
    let mut first = [0];
    loop {
        match input.read(&mut first) {
            Ok(0) => return Ok(None),
            Ok(_) => break,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let mut rest = [0; 3];
    input.read_exact(&mut rest)?;
    Ok(Some(u32::from_le_bytes([first[0], rest[0], rest[1], rest[2]])))
}

fn number(input: &mut impl Read) -> io::Result<u32> {
    let mut bytes = [0; 4];
    input.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}

/// Memory grows with what arrives, not with what was promised.
fn bytes(input: &mut impl Read, length: u32) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(u64::from(length)).read_to_end(&mut bytes)?;
    if bytes.len() < length as usize { Err(ErrorKind::UnexpectedEof.into()) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_back_one_after_the_other() {
        let mut stream = Vec::new();
        write(&mut stream, &"first", b"a body").unwrap();
        write(&mut stream, &vec![1, 2, 3], b"").unwrap();
        let mut input = stream.as_slice();
        assert_eq!(read(&mut input).unwrap(), Some(("first".to_owned(), b"a body".to_vec())));
        assert_eq!(read(&mut input).unwrap(), Some((vec![1, 2, 3], Vec::new())));
        assert_eq!(read::<String>(&mut input).unwrap(), None);
    }

    #[test]
    fn what_is_no_frame_is_an_error_and_no_memory() {
        let mut whole = Vec::new();
        write(&mut whole, &"message", b"body").unwrap();
        let huge_body = [1, 0, 0, 0, 255, 255, 255, 255, b'1'];
        for (stream, kind) in [
            (&b"whisper_init: loading\n"[..], ErrorKind::InvalidData),
            (&b"\n\n\n\n\n\n\n\n"[..], ErrorKind::InvalidData),
            (&huge_body[..], ErrorKind::InvalidData),
            (&[2, 0, 0, 0, 0, 0, 0, 0, b'{', b'}'][..], ErrorKind::InvalidData),
            (&whole[..3], ErrorKind::UnexpectedEof),
            (&whole[..whole.len() - 1], ErrorKind::UnexpectedEof),
        ] {
            assert_eq!(read::<String>(&mut &stream[..]).unwrap_err().kind(), kind, "{stream:?}");
        }
    }
}
