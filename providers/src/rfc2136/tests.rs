//! A server that has the right key and misbehaves all the same. What real servers do is tested with real servers.

use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hickory_proto::op::{Message, OpCode, ResponseCode};
use hickory_proto::rr::rdata::tsig::{TsigError, make_tsig_record};
use hickory_proto::rr::rdata::{CNAME, SOA, TSIG};
use hickory_proto::rr::{RData, Record, TSigner};
use proptest::prelude::{any, prop};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::convert::to_wire_name;
use super::{Rfc2136, TsigAlgorithm, TsigKey, TsigSecret, tsig};
use crate::dns::{Name, Rdata, Txt};
use crate::{Change, Owner, Provider as _, ProviderError, Value, Zone};

fn name(text: &str) -> Name {
    text.parse().expect("a name")
}

fn key() -> TsigKey {
    let secret = TsigSecret::from_base64("c2VjcmV0IG9jdGV0cw==").expect("base64");
    TsigKey { name: name("key"), algorithm: TsigAlgorithm::HmacSha256, secret }
}

/// An answer and how it is signed.
struct Reply {
    message: Message,
    error: Option<TsigError>,
    other: Vec<u8>,
    /// Seconds that the signature is older than it should be.
    age: u64,
}

impl From<Message> for Reply {
    fn from(message: Message) -> Self {
        Self { message, error: None, other: Vec::new(), age: 0 }
    }
}

/// None: no answer, and none to anything that follows.
type Behaviour = fn(&Message) -> Option<Reply>;

/// Runs a test against a server of this behaviour.
async fn against<T: Future<Output = ()>>(behaviour: Behaviour, test: impl FnOnce(Rfc2136) -> T) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let address: SocketAddr = listener.local_addr().expect("its address");
    let serving = async {
        let mut clients = tokio::task::JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            clients.spawn(serve(stream, behaviour));
        }
    };
    tokio::select! {
        () = serving => {}
        () = test(Rfc2136::new(address, key(), Duration::from_secs(2), None)) => {}
    }
}

async fn serve(mut stream: TcpStream, behaviour: Behaviour) -> std::io::Result<()> {
    loop {
        let mut octets = vec![0; usize::from(stream.read_u16().await?)];
        stream.read_exact(&mut octets).await?;
        let request = Message::from_vec(&octets).expect("a request");
        let mac = request.signature().expect("a signed request").data.mac.clone();
        let Some(reply) = behaviour(&request) else { return std::future::pending().await };
        let octets = signed(&reply, &mac);
        stream.write_u16(u16::try_from(octets.len()).expect("a short message")).await?;
        stream.write_all(&octets).await?;
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("a time").as_secs()
}

/// The answer as a server signs it, here with the codec's own hand.
fn signed(reply: &Reply, request_mac: &[u8]) -> Vec<u8> {
    let TsigKey { name, algorithm, secret } = key();
    let name = to_wire_name(&name).expect("a name");
    let algorithm = algorithm.on_the_wire();
    let signer = TSigner::new(secret.octets().to_vec(), algorithm.clone(), name.clone(), 300).expect("a signer");
    let mut message = reply.message.clone();
    let stub = TSIG::new(algorithm, now() - reply.age, 300, vec![], message.id, reply.error, reply.other.clone());
    let unsigned = message.to_vec().expect("a message");
    let octets = signer.encode_response_tbs(request_mac, &unsigned, &stub).expect("octets");
    message.set_signature(Box::new(make_tsig_record(name, stub.set_mac(signer.sign(&octets).expect("a signature")))));
    message.to_vec().expect("a message")
}

/// An answer with this code, and authority.
fn answer(request: &Message, code: ResponseCode) -> Message {
    let mut message = Message::error_msg(request.id, request.op_code, code);
    message.metadata.authoritative = true;
    message.queries.clone_from(&request.queries);
    message
}

/// What a server says that holds `example.com` and nothing in it.
fn nothing_there(request: &Message) -> Message {
    let mut message = answer(request, ResponseCode::NXDomain);
    let apex = to_wire_name(&name("example.com")).expect("a name");
    let soa = SOA::new(apex.clone(), apex.clone(), 1, 2, 3, 4, 5);
    message.add_authority(Record::from_rdata(apex, 300, RData::SOA(soa)));
    message
}

fn is_update(request: &Message) -> bool {
    request.op_code == OpCode::Update
}

/// Whether it is the update itself: its first prerequisite is about the owner.
fn is_the_update(request: &Message) -> bool {
    let owner = to_wire_name(&name("s1.example.com")).expect("a name");
    is_update(request) && request.answers.first().is_some_and(|record| record.name == owner)
}

fn text() -> Value {
    Value::new(Rdata::Txt(Txt::from_text(b"v=DKIM1; p=")), 300)
}

async fn read(provider: &Rfc2136) -> Result<Vec<Owner>, ProviderError> {
    let zone = Zone { name: name("example.com"), id: None };
    provider.read(&zone, &[name("s1.example.com")]).await
}

async fn write(provider: &Rfc2136) -> ProviderError {
    let zone = Zone { name: name("example.com"), id: None };
    let change = Change { owner: name("s1.example.com"), remove: vec![], add: vec![text()], seen: vec![] };
    provider.write(&zone, &[change]).await.remove(0).expect_err("nothing was written")
}

/// Answers questions, rehearses, and says this to the update itself.
fn at_the_update(request: &Message, then: impl FnOnce(&Message) -> Option<Reply>) -> Option<Reply> {
    if is_the_update(request) {
        then(request)
    } else if is_update(request) {
        Some(answer(request, ResponseCode::YXDomain).into())
    } else {
        Some(nothing_there(request).into())
    }
}

#[tokio::test]
async fn a_signed_answer_is_believed() {
    against(
        |request| Some(nothing_there(request).into()),
        async |provider| assert_eq!(read(&provider).await.expect("an answer")[0].values, []),
    )
    .await;
}

#[tokio::test]
async fn an_old_signature_is_not_believed() {
    against(
        |request| Some(Reply { age: 301, ..nothing_there(request).into() }),
        async |provider| assert!(matches!(read(&provider).await, Err(ProviderError::Unavailable(_)))),
    )
    .await;
}

#[tokio::test]
async fn clocks_that_differ_are_named() {
    let behaviour: Behaviour = |request| {
        let other = (now() + 3600).to_be_bytes()[2..].to_vec();
        Some(Reply { error: Some(TsigError::BadTime), other, ..answer(request, ResponseCode::NotAuth).into() })
    };
    against(behaviour, async |provider| {
        for error in [read(&provider).await.expect_err("refused"), write(&provider).await] {
            let ProviderError::Unauthorized(words) = &error else { panic!("{error:?}") };
            assert!(words.contains("BADTIME") && words.contains("s ahead of it"), "{words}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_proves_nothing_is_no_absence() {
    let behaviours: [Behaviour; 5] = [
        |request| Some(answer(request, ResponseCode::NXDomain).into()),
        |request| Some(answer(request, ResponseCode::ServFail).into()),
        |request| {
            let mut message = nothing_there(request);
            message.metadata.truncation = true;
            Some(message.into())
        },
        |request| {
            let mut message = nothing_there(request);
            message.metadata.authoritative = false;
            Some(message.into())
        },
        // A cache's answer: the alias may be gone by now.
        |request| {
            let mut message = answer(request, ResponseCode::NoError);
            let target = CNAME(to_wire_name(&name("elsewhere.test")).expect("a name"));
            message.add_answer(Record::from_rdata(request.queries[0].name().clone(), 300, RData::CNAME(target)));
            message.metadata.authoritative = false;
            Some(message.into())
        },
    ];
    for behaviour in behaviours {
        against(behaviour, async |provider| {
            let error = read(&provider).await.expect_err("not known");
            assert!(matches!(error, ProviderError::Unavailable(_) | ProviderError::Unauthorized(_)), "{error:?}");
        })
        .await;
    }
}

#[tokio::test]
async fn codes_of_an_update_are_told_apart() {
    let refused: Behaviour = |request| at_the_update(request, |it| Some(answer(it, ResponseCode::Refused).into()));
    against(refused, async |provider| {
        assert!(matches!(write(&provider).await, ProviderError::Unauthorized(_)));
    })
    .await;
    let failed: Behaviour = |request| at_the_update(request, |it| Some(answer(it, ResponseCode::ServFail).into()));
    against(failed, async |provider| {
        assert!(matches!(write(&provider).await, ProviderError::Unavailable(_)));
    })
    .await;
    let not_implemented: Behaviour =
        |request| at_the_update(request, |it| Some(answer(it, ResponseCode::NotImp).into()));
    against(not_implemented, async |provider| {
        let error = write(&provider).await;
        assert!(
            matches!(&error, ProviderError::Rejected { code: 4, message } if message.contains("NOTIMP")),
            "{error:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_server_that_says_done_and_does_nothing() {
    let behaviour: Behaviour = |request| {
        // The last question is whether the primary has it; its prerequisite is the value itself.
        let asks_for_value = request.authorities.is_empty();
        at_the_update(request, |it| {
            let code = if asks_for_value { ResponseCode::NXRRSet } else { ResponseCode::NoError };
            Some(answer(it, code).into())
        })
    };
    against(behaviour, async |provider| {
        let error = write(&provider).await;
        let ProviderError::Rejected { code: 0, message } = &error else { panic!("{error:?}") };
        assert!(message.contains("s1.example.com TXT \"v=DKIM1; p=\" is not there"), "{message}");
    })
    .await;
}

#[tokio::test]
async fn a_server_that_falls_silent_leaves_it_open() {
    let behaviour: Behaviour = |request| at_the_update(request, |_| None);
    against(behaviour, async |provider| assert_eq!(write(&provider).await, ProviderError::Indeterminate)).await;
}

#[tokio::test]
async fn a_server_that_does_not_look_at_prerequisites_leaves_it_open() {
    let behaviour: Behaviour = |request| {
        let code = if is_update(request) { ResponseCode::NoError } else { ResponseCode::NXDomain };
        let mut message = nothing_there(request);
        message.metadata.response_code = code;
        Some(message.into())
    };
    against(behaviour, async |provider| assert_eq!(write(&provider).await, ProviderError::Indeterminate)).await;
}

proptest::proptest! {
    /// Whatever comes is refused, without a panic.
    #[test]
    fn octets_without_the_key_are_never_believed(octets in prop::collection::vec(any::<u8>(), 0..300)) {
        proptest::prop_assert!(tsig::believe(&octets, &[0; 32], &key(), 0).is_err());
    }

    /// Also where one octet of a sound answer was changed, and at any time of our clock. Its first two are the id of this
    /// hop; the original one is signed (RFC 8945, section 5.3.2).
    #[test]
    fn an_answer_that_was_touched_is_never_believed(at in any::<prop::sample::Index>(), flip in 1_u8.., clock: u64) {
        let mut request = Message::query();
        request.add_query(hickory_proto::op::Query::new());
        let reply = nothing_there(&request);
        let before_the_signature = reply.to_vec().expect("octets").len();
        let mut octets = signed(&reply.into(), &[1; 32]);
        let index = 2 + at.index(before_the_signature - 2);
        proptest::prop_assert!(tsig::believe(&octets, &[1; 32], &key(), now()).is_ok());
        proptest::prop_assert!(tsig::believe(&octets, &[2; 32], &key(), now()).is_err(), "another request's");
        let _ = tsig::believe(&octets, &[1; 32], &key(), clock);
        // The codec does not keep the header's one reserved bit (RFC 1035, section 4.1.1), which means nothing.
        proptest::prop_assume!(index != 3 || flip != 0b0100_0000);
        octets[index] ^= flip;
        proptest::prop_assert!(tsig::believe(&octets, &[1; 32], &key(), now()).is_err(), "octet {}", index);
    }
}
